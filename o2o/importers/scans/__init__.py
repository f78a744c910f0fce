"""Takes scans that were seen elsewhere: the logs of web servers, and tables and events of other systems."""
