"""One code as a picture, and whether it scans."""
