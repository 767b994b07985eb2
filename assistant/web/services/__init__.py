"""What works behind the page: models, jobs, files on their way, conversations, drawing."""
