"""The dashboard pages about members and what they hold."""
