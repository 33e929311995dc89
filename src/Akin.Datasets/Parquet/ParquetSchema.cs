namespace Akin.Datasets.Parquet;

/// <summary>Builds the columns of a Parquet file from its schema (parquet-format, LogicalTypes.md, Encodings of nested types).</summary>
internal sealed class ParquetSchema
{
    private const int MaximumDepth = 64;
    private const int Optional = 1;
    private const int Repeated = 2;
    private const int MaximumTypeLength = 1 << 20;

    private readonly ThriftStruct[] _elements;
    private readonly List<ParquetLeaf> _leaves = [];
    private int _next = 1;

    public ParquetSchema(ThriftStruct[] elements)
    {
        _elements = elements.Length > 0 ? elements : throw new InvalidDataException("the schema is missing");
        Columns = Fields(elements[0], [], 0, 0, 0);
        if (_next != elements.Length)
        {
            throw new InvalidDataException($"the schema has {elements.Length - _next} elements too many");
        }
    }

    public ParquetNode[] Columns { get; }

    public IReadOnlyList<ParquetLeaf> Leaves => _leaves;

    private ParquetNode[] Fields(ThriftStruct group, string[] path, int definition, int repetition, int depth)
    {
        long count = group.Integer(5) ?? 0;
        if (count < 0 || count > _elements.Length - _next || depth > MaximumDepth)
        {
            throw new InvalidDataException(depth > MaximumDepth ? $"the schema nests deeper than {MaximumDepth} levels" : $"the schema says {count} columns where {_elements.Length - _next} follow");
        }

        ParquetNode[] fields = new ParquetNode[count];
        for (int index = 0; index < fields.Length; index++)
        {
            fields[index] = Node(path, definition, repetition, depth + 1);
        }

        return fields;
    }

    /// <summary>The next element; a repeated one that no list announces is a list itself.</summary>
    private ParquetNode Node(string[] path, int definition, int repetition, int depth)
    {
        ThriftStruct element = _elements[_next++];
        string name = element.Text(4) ?? "";
        long kind = element.Integer(3) ?? 0;
        string[] own = [.. path, name];
        switch (kind)
        {
            case 0:
                return Plain(element, own, definition, repetition, depth);
            case Optional:
                return Plain(element, own, definition + 1, repetition, depth);
            case Repeated:
                ParquetNode item = Plain(element, own, definition + 1, repetition + 1, depth);
                return List(name, item, definition, definition + 1);
            default:
                throw new InvalidDataException($"column '{string.Join('.', own)}' has the repetition {kind}, which does not exist");
        }
    }

    private ParquetNode Plain(ThriftStruct element, string[] path, int definition, int repetition, int depth)
    {
        long? converted = element.Integer(6);
        ThriftStruct? logical = element.Struct(10);
        int firstLeaf = _leaves.Count;
        bool isGroup = !element.Has(1);
        if (!isGroup)
        {
            return Leaf(element, path, definition, repetition);
        }

        bool one = element.Integer(5) == 1;
        if (one && (converted == 3 || logical?.Has(3) == true))
        {
            return ListGroup(path, definition, repetition, depth);
        }

        if (one && (converted is 1 or 2 || logical?.Has(2) == true))
        {
            return MapGroup(path, definition, repetition, depth);
        }

        ParquetNode[] fields = Fields(element, path, definition, repetition, depth);
        if (fields.Length == 0)
        {
            throw new InvalidDataException($"column '{string.Join('.', path)}' is a group without columns");
        }

        return new ParquetNode { Name = path[^1], Feature = Struct(fields), DefinitionLevel = definition, Children = fields, FirstLeaf = firstLeaf };
    }

    /// <summary>A list is a group around a repeated group around the item; old writers left out one of the two.</summary>
    private ParquetNode ListGroup(string[] path, int definition, int repetition, int depth)
    {
        if (_next >= _elements.Length || _elements[_next].Integer(3) != Repeated || depth > MaximumDepth)
        {
            throw new InvalidDataException($"column '{string.Join('.', path)}' is a list without a repeated part, or nests too deep");
        }

        ThriftStruct repeated = _elements[_next++];
        string name = repeated.Text(4) ?? "";
        string[] own = [.. path, name];
        bool middle = !repeated.Has(1) && repeated.Integer(5) == 1 && name != "array" && name != path[^1] + "_tuple";
        ParquetNode item = middle
            ? Node(own, definition + 1, repetition + 1, depth + 2)
            : Plain(repeated, own, definition + 1, repetition + 1, depth + 1);
        return List(path[^1], item, definition, definition + 1);
    }

    private ParquetNode MapGroup(string[] path, int definition, int repetition, int depth)
    {
        if (_next >= _elements.Length || _elements[_next].Integer(3) != Repeated || _elements[_next].Integer(5) != 2)
        {
            throw new InvalidDataException($"column '{string.Join('.', path)}' is a map without repeated pairs");
        }

        ThriftStruct repeated = _elements[_next++];
        int firstLeaf = _leaves.Count;
        ParquetNode[] pair = Fields(repeated, [.. path, repeated.Text(4) ?? ""], definition + 1, repetition + 1, depth + 1);
        Features entry = new(("key", pair[0].Feature), ("value", pair[1].Feature));
        ParquetNode item = new() { Name = "entries", Feature = new StructFeature(entry), DefinitionLevel = definition + 1, Children = pair, FirstLeaf = firstLeaf };
        return new ParquetNode
        {
            Name = path[^1],
            Feature = new MapFeature(pair[0].Feature, pair[1].Feature),
            DefinitionLevel = definition,
            ItemDefinitionLevel = definition + 1,
            Children = [item],
            FirstLeaf = firstLeaf,
        };
    }

    private static ParquetNode List(string name, ParquetNode item, int definition, int itemDefinition) => new()
    {
        Name = name,
        Feature = new ListFeature(item.Feature),
        DefinitionLevel = definition,
        ItemDefinitionLevel = itemDefinition,
        Children = [item],
        FirstLeaf = item.FirstLeaf,
    };

    private static StructFeature Struct(ParquetNode[] fields) => new(new Features(fields.Select(child => KeyValuePair.Create(child.Name, child.Feature))));

    private ParquetNode Leaf(ThriftStruct element, string[] path, int definition, int repetition)
    {
        string name = string.Join('.', path);
        long type = element.Integer(1) ?? -1;
        long length = element.Integer(2) ?? 0;
        if (type is < 0 or > 7)
        {
            throw new InvalidDataException($"column '{name}' has the type {type}, which does not exist");
        }

        if (type == (long)ParquetType.FixedLengthByteArray && length is <= 0 or > MaximumTypeLength)
        {
            throw new InvalidDataException($"column '{name}' has values of {length} bytes");
        }

        ParquetType stored = (ParquetType)type;
        Feature feature = LeafFeature(element, stored, (int)length);
        _leaves.Add(new ParquetLeaf(name, stored, (int)length, definition, repetition, feature));
        return new ParquetNode { Name = path[^1], Feature = feature, DefinitionLevel = definition, FirstLeaf = _leaves.Count - 1 };
    }

    private static Value LeafFeature(ThriftStruct element, ParquetType stored, int length)
    {
        long? converted = element.Integer(6);
        ThriftStruct? logical = element.Struct(10);
        if (logical?.Has(11) == true)
        {
            return Value.Null;
        }

        if (converted == 5 || logical?.Has(5) == true)
        {
            ThriftStruct? parameters = logical?.Struct(5);
            int precision = (int)Math.Clamp(parameters?.Integer(2) ?? element.Integer(8) ?? 0, 0, 76);
            int scale = (int)Math.Clamp(parameters?.Integer(1) ?? element.Integer(7) ?? 0, -76, 76);
            return new Value(precision > 38 || length > 16 ? ScalarType.Decimal256 : ScalarType.Decimal128) { Precision = precision, Scale = scale };
        }

        switch (stored)
        {
            case ParquetType.Boolean:
                return Value.Boolean;
            case ParquetType.Int96:
                return new Value(ScalarType.Timestamp) { Unit = TimeUnit.Nanosecond };
            case ParquetType.Float:
                return Value.Float32;
            case ParquetType.Double:
                return Value.Float64;
            case ParquetType.ByteArray:
                bool text = converted is 0 or 4 or 19 || logical?.Has(1) == true || logical?.Has(4) == true || logical?.Has(12) == true;
                return text ? Value.String : new Value(ScalarType.Binary);
            case ParquetType.FixedLengthByteArray:
                return logical?.Has(15) == true && length == 2 ? new Value(ScalarType.Float16) : new Value(ScalarType.FixedSizeBinary) { ByteWidth = length };
        }

        bool wide = stored == ParquetType.Int64;
        if (converted == 6 || logical?.Has(6) == true)
        {
            return new Value(ScalarType.Date32);
        }

        if (logical?.Struct(7) is { } time)
        {
            return new Value(wide ? ScalarType.Time64 : ScalarType.Time32) { Unit = Unit(time) };
        }

        if (logical?.Struct(8) is { } stamp)
        {
            return new Value(ScalarType.Timestamp) { Unit = Unit(stamp), TimeZone = stamp.Boolean(1) == true ? "UTC" : null };
        }

        (long bits, bool signed) = logical?.Struct(10) is { } integer ? (integer.Integer(1) ?? 0, integer.Boolean(2) ?? true) : converted switch
        {
            11 => (8, false),
            12 => (16, false),
            13 => (32, false),
            14 => (64, false),
            15 => (8, true),
            16 => (16, true),
            _ => (wide ? 64 : 32, true),
        };
        return converted switch
        {
            7 => new Value(ScalarType.Time32) { Unit = TimeUnit.Millisecond },
            8 => new Value(ScalarType.Time64) { Unit = TimeUnit.Microsecond },
            9 => new Value(ScalarType.Timestamp) { Unit = TimeUnit.Millisecond, TimeZone = "UTC" },
            10 => new Value(ScalarType.Timestamp) { Unit = TimeUnit.Microsecond, TimeZone = "UTC" },
            _ => new Value((wide, bits, signed) switch
            {
                (false, 8, true) => ScalarType.Int8,
                (false, 16, true) => ScalarType.Int16,
                (false, 8, false) => ScalarType.UInt8,
                (false, 16, false) => ScalarType.UInt16,
                (false, _, false) => ScalarType.UInt32,
                (false, _, true) => ScalarType.Int32,
                (true, _, false) => ScalarType.UInt64,
                _ => ScalarType.Int64,
            }),
        };
    }

    private static TimeUnit Unit(ThriftStruct time)
    {
        ThriftStruct? unit = time.Struct(2);
        return unit?.Has(1) == true ? TimeUnit.Millisecond : unit?.Has(2) == true ? TimeUnit.Microsecond : TimeUnit.Nanosecond;
    }
}
