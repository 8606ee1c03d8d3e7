"""The portal: a member's card on their phone, and the ways in."""
