"""What it costs to find a car by a piece of its plate or VIN among 1,000,000, beside Odoo's own search for it.

Runs in a shell of Odoo (`env` is given) on a database with the addon, and rolls everything back. BENCH_CARS sets the
number of cars (1000000). Time in the database: the SQL of `fleet.vehicle._find_by_fragment` for ends and middles of
plates and VINs, beside the same pieces by `name_search`, the many2one box of the standard screens. Then without the trigram
indexes, as on a PostgreSQL that has none. Fails when a look-up takes 100 ms or more.
"""
# ruff: noqa: F821

import os
import statistics
import sys
import time

CARS = int(os.environ.get('BENCH_CARS', 1_000_000))
RUNS, LIMIT = 7, 0.1


def fill():
    """Make cars with plates and VINs spread over the alphabet, one in twenty with a former plate."""
    start = time.perf_counter()
    env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if env.cr.fetchone()[0]:
        env.cr.execute("SET LOCAL session_replication_role = replica")
    brand = env['fleet.vehicle.model.brand'].create({'name': "Bench"})
    model = env['fleet.vehicle.model'].create({'name': "Bench", 'brand_id': brand.id})
    env.cr.execute("""
        INSERT INTO fleet_vehicle (model_id, active, name, license_plate, vin_sn, odometer_unit, power_unit, co2_emission_unit, range_unit, create_date)
        SELECT %(model)s, TRUE, 'Bench ' || g,
               substr('赣湘鄂皖浙闽粤', 1 + g %% 7, 1) || substr('ABCDEFGH', 1 + g %% 8, 1)
                 || upper(substr(translate(md5(g::text), 'io', 'xy'), 1, 5)),
               'L' || upper(substr(translate(md5('v' || g), 'ioq', 'xyz'), 1, 10)) || lpad(g::text, 6, '0'),
               'kilometers', 'power', 'g/km', 'km', now()
          FROM generate_series(1, %(cars)s) AS g""", {'model': model.id, 'cars': CARS})
    env.cr.execute("""
        INSERT INTO insurance_vehicle_plate (vehicle_id, plate, date_to)
        SELECT id, '赣Z' || lpad((id %% 100000)::text, 5, '0'), '2026-01-01' FROM fleet_vehicle
         WHERE model_id = %s AND id %% 20 = 0""", (model.id,))
    env.cr.execute("ANALYZE fleet_vehicle")
    env.cr.execute("ANALYZE insurance_vehicle_plate")
    print(f"{CARS} cars in {time.perf_counter() - start:.0f} s")
    return model


def time_of(call, runs=RUNS):
    """Return the median and the slowest time of some runs, the first one (cold) left out."""
    call()
    times = []
    for _run in range(runs):
        env.invalidate_all()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times), max(times)


def get_pieces(model):
    env.cr.execute("SELECT license_plate, vin_sn FROM fleet_vehicle WHERE model_id = %s ORDER BY id OFFSET %s LIMIT 1",
                   (model.id, CARS // 2))
    plate, vin = env.cr.fetchone()
    return {
        'plate': plate, 'end of plate': plate[-5:], 'four of plate': plate[-4:], 'begin of plate': plate[:5],
        'VIN': vin, 'end of VIN': vin[-6:], 'begin of VIN': vin[:9], 'middle of VIN': vin[4:11],
        'no province': plate[1:5], 'no car': 'ZZZZZQQ', 'former plate': '赣Z00020',
    }


Vehicle = env['fleet.vehicle']
model = fill()
failed = False
for has_trigram in (True, False):
    env.registry.has_trigram, before = has_trigram and env.registry.has_trigram, env.registry.has_trigram
    print("with trigram indexes" if env.registry.has_trigram else "without trigram indexes")
    try:
        for label, piece in get_pieces(model).items():
            ours, worst = time_of(lambda piece=piece: Vehicle._find_by_fragment(piece))
            if not has_trigram:
                print(f"  {label:15} {ours * 1000:8.1f} ms, slowest {worst * 1000:.1f}")
                failed |= ours >= LIMIT
                continue
            peer, _worst = time_of(lambda piece=piece: Vehicle.name_search(piece, limit=8), 1)
            print(f"  {label:15} {ours * 1000:8.1f} ms, slowest {worst * 1000:.1f}; name_search {peer * 1000:8.1f} ms,"
                  f" ratio {ours / peer:.2f}")
            failed |= ours >= LIMIT
    finally:
        env.registry.has_trigram = before
env.cr.rollback()
sys.exit("a look-up is too slow" if failed else 0)
