"""The accident desk: reports on the hotline, the return of the car, cars that came and left."""
