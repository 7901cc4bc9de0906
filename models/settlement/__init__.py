"""What insurers state and pay, checked line by line; policies that may have been diverted."""
