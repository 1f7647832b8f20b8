"""What happened, as a picture with an alt text; nothing here touches a process."""
