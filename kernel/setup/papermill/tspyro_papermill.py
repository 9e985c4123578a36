"""Teaches papermill to write parameters into TypeScript notebooks.

papermill looks for translators by kernel and by language in a table that has no entry points of its own; the modules
behind the entry points of its engines are loaded before it looks, which is where this one adds its lines.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    """``let`` declarations: they stand beside those of the cell tagged ``parameters``, and may be assigned to."""

    DECLARATION = re.compile(
        r"^\s*(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?)\s*)?=(?!=)\s*"
        r"(?P<value>.*?)\s*;?\s*(?://\s*(?P<help>.*))?$"
    )

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        # JSON is JavaScript, line separators included since ES2019.
        return json.dumps(val, ensure_ascii=False)

    @classmethod
    def translate_int(cls, val):
        return f"{val}n" if abs(val) > 2**53 - 1 else str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(one) for one in val)}]"

    @classmethod
    def translate_dict(cls, val):
        members = (f"[{cls.translate_str(str(key))}]: {cls.translate(one)}" for key, one in val.items())
        return f"{{ {', '.join(members)} }}" if val else "{}"

    @classmethod
    def translate_escaped_str(cls, val):
        return cls.translate_str(str(val))

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", name):
            raise ValueError(f'"{name}" cannot be the name of a variable in TypeScript; rename the parameter')
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        found = (cls.DECLARATION.match(line) for line in parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=one["name"],
                inferred_type_name=one["type"] or "None",
                default=one["value"],
                help=one["help"] or "",
            )
            for one in found
            if one
        ]


papermill_translators.register("typescript", TypeScriptTranslator)

#: What the entry point asks for: papermill's own engine, by another name.
Engine = NBClientEngine
