import json
from collections import defaultdict
from itertools import repeat

from odoo import api, models
from odoo.tools import SQL

FEW = 20  # fewer alike records than this are created the ordinary way


class InsuranceImportHandler(models.AbstractModel):
    """Creating thousands of alike records in the time that an import may take."""

    _inherit = 'insurance.import.handler'

    @api.model
    def _create_many(self, model, vals_list, alike=()):
        """Create records as `model.create` does, the bulk of them as copies of the first.

        The first of each group is created the ordinary way, with all defaults and hooks. The others are inserted by
        one statement as its copies with their own values; whatever is computed from these values is recomputed and
        whatever is constrained is checked by the ORM, as is the right to create. Only code that other addons hang on
        `create` itself sees the first record of a group alone: an import of plain people, cars and cases needs none.

        :param model: the recordset's model, with the user's rights
        :param vals_list: values of stored fields with a column, missing ones meaning none
        :param alike: names whose values separate the groups (what most is computed from)
        :return: the records, in the order of `vals_list`
        """
        names = sorted({name for vals in vals_list for name in vals})
        complete = [{name: vals.get(name, False) for name in names} for vals in vals_list]
        groups = defaultdict(list)
        for position, vals in enumerate(complete):
            groups[tuple(vals[name] for name in alike if name in vals)].append(position)
        ids = [None] * len(complete)
        for positions in groups.values():
            group = [complete[position] for position in positions]
            made = model.create([dict(vals) for vals in (group if len(group) < FEW else group[:1])])
            if len(group) >= FEW:
                made += self._copy_rows(made, group)
            for position, record in zip(positions, made, strict=True):
                ids[position] = record.id
        return model.browse(ids)

    @api.model
    def _copy_rows(self, first, group):
        """Insert the records of `group[1:]` as copies of `first` with their own values."""
        model = first.browse()
        varying = [name for name in group[0] if any(vals[name] != group[0][name] for vals in group)]
        first.flush_recordset()
        columns, values = self._get_copied_columns(first, varying)
        types = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(model._fields[name].column_type[1])) for name in varying  # pylint: disable=sql-injection
        )
        table = SQL.identifier(model._table)
        rows = self.env.execute_query(SQL(
            """
            WITH row AS (
                SELECT nextval(%(sequence)s::regclass) AS id, listed.*
                  FROM (SELECT * FROM ROWS FROM (jsonb_to_recordset(%(payload)s::jsonb) AS (%(types)s))
                               WITH ORDINALITY AS numbered ORDER BY ordinality) AS listed
            )
            INSERT INTO %(table)s (id, %(columns)s)
            SELECT row.id, %(values)s FROM row, %(table)s template WHERE template.id = %(first)s
            RETURNING id
            """,
            sequence=f'{model._table}_id_seq', payload=self._to_payload(model, group[1:], varying), types=types,
            table=table, columns=SQL(", ").join(map(SQL.identifier, columns)), values=SQL(", ").join(values),
            first=first.id,
        ))
        copies = model.browse(sorted(record_id for record_id, in rows))
        self._remember(first, copies, group)
        given = [model._fields[name] for name in group[0]]
        with self.env.protecting(given, copies):  # what is given wins over what would be computed, as in `create`
            copies.modified(varying, create=True)
        copies._validate_fields(varying)
        copies.check_access('create')
        return copies

    @api.model
    def _remember(self, first, copies, group):
        """Put into the cache what the copies hold, as `create` does.

        Reading it back would write everything still to be computed first, several times over.
        """
        for name, field in first._fields.items():
            if field.store and field.type == 'one2many':
                field._insert_cache(copies, repeat(()))
            if not field.store or not field.column_type or field.translate or name == 'id':
                continue
            if field.type == 'many2one' and field.comodel_name == first._name and name not in group[0]:
                continue  # may refer to itself
            if name in group[0]:
                values = [field.convert_to_cache(vals[name], first, validate=False) for vals in group[1:]]
            elif not field.compute and first.id in field._get_cache(first.env):
                values = [field._get_cache(first.env)[first.id]] * len(copies)
            else:
                continue
            field._insert_cache(copies, values)
            if field.type == 'many2one' and first.pool.field_inverses[field]:
                self._remember_inverses(field, copies, values)

    @api.model
    def _remember_inverses(self, field, copies, values):
        """Add the copies to the lists, as far as these are in the cache, of the records they refer to."""
        referring = defaultdict(list)
        for record_id, value in zip(copies.ids, values, strict=True):
            referring[value].append(record_id)
        for value, record_ids in referring.items():
            field._update_inverses(copies.browse(record_ids), value)

    @api.model
    def _get_copied_columns(self, first, varying):
        """Return the stored columns of a record, and the SQL of what each holds in a copy of it."""
        columns = [
            name for name, field in first._fields.items() if field.store and field.column_type and name != 'id'
        ]
        itself = {
            name for name in columns
            if first._fields[name].type == 'many2one' and first._fields[name].comodel_name == first._name
            and first[name] == first
        }  # a record that refers to itself (a company its own head office) is copied into one that does
        return columns, [
            SQL("row.%s", SQL.identifier(name)) if name in varying
            else SQL("row.id") if name in itself
            else SQL("template.%s", SQL.identifier(name))
            for name in columns
        ]

    @api.model
    def _to_payload(self, model, group, names):
        """Return the values as JSON, each as its column holds it."""
        def plain(name, value):
            field = model._fields[name]
            if value is False and field.type != 'boolean':
                return None
            return str(value) if field.type in ('date', 'datetime') else value

        return json.dumps([{name: plain(name, vals[name]) for name in names} for vals in group])
