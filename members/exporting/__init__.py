"""What leaves the shop as a file: members, movements of points and orders, as CSV or XLSX, written by a job."""
