namespace Akin.Datasets.Arrow;

/// <summary>Reads and writes Arrow's Schema messages (format/Schema.fbs).</summary>
internal sealed class ArrowSchema
{
    private const int MaximumDepth = 64;
    private const string ExtensionName = "ARROW:extension:name";

    private ArrowSchema(ArrowField[] fields, Dictionary<string, string> metadata)
    {
        Fields = fields;
        Metadata = metadata;
        Features = new Features(fields.Select(field => KeyValuePair.Create(field.Name, field.Feature)));
    }

    public ArrowField[] Fields { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public Features Features { get; }

    public static ArrowSchema Read(FlatTable schema)
    {
        if (schema.Int16(0) != 0)
        {
            throw new NotSupportedException("the file is big-endian, which is not supported");
        }

        ArrowField[] fields = new ArrowField[schema.Count(1)];
        for (int index = 0; index < fields.Length; index++)
        {
            fields[index] = ReadField(schema.TableAt(1, index), 0);
        }

        return new ArrowSchema(fields, ReadMetadata(schema, 2));
    }

    /// <summary>Writes a schema table and gives its place.</summary>
    public static int Write(FlatWriter writer, Features features, IReadOnlyDictionary<string, string> metadata)
    {
        int[] pairs = [.. metadata.Select(pair => WritePair(writer, pair.Key, pair.Value))];
        int metadataPlace = writer.Tables(pairs);
        int[] fields = [.. features.Select(entry => WriteField(writer, entry.Key, entry.Value, nullable: true))];
        int fieldsPlace = writer.Tables(fields);
        return writer.Table(FlatWriter.Int16(0, 0), FlatWriter.Reference(1, fieldsPlace), FlatWriter.Reference(2, metadataPlace));
    }

    private static Dictionary<string, string> ReadMetadata(FlatTable table, int field)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        for (int index = 0; index < table.Count(field); index++)
        {
            FlatTable pair = table.TableAt(field, index);
            metadata[pair.Text(0) ?? ""] = pair.Text(1) ?? "";
        }

        return metadata;
    }

    private static ArrowField ReadField(FlatTable field, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new InvalidDataException($"the schema nests deeper than {MaximumDepth} levels");
        }

        string name = field.Text(0) ?? "";
        ArrowField[] children = new ArrowField[field.Count(5)];
        for (int index = 0; index < children.Length; index++)
        {
            children[index] = ReadField(field.TableAt(5, index), depth + 1);
        }

        byte kind = field.Byte(2);
        FlatTable type = field.Table(3) ?? throw new InvalidDataException($"column '{name}' has no type");
        ArrowField read = ReadType(name, kind, type, children);
        if (ReadMetadata(field, 6).TryGetValue(ExtensionName, out string? extension) && extension == "arrow.json" && read.Feature == Value.String)
        {
            read = read with { Feature = Value.Json };
        }

        if (field.Table(4) is not { } dictionary)
        {
            return read;
        }

        Value indices = dictionary.Table(1) is { } index32 ? Integer(index32) : Value.Int32;
        return read with { DictionaryId = dictionary.Int64(0), Indices = indices };
    }

    private static ArrowField ReadType(string name, byte kind, FlatTable type, ArrowField[] children)
    {
        ArrowField Scalar(ScalarType scalar, ArrowLayout layout = ArrowLayout.Plain) => new(name, new Value(scalar), layout, children);
        ArrowField Timed(ScalarType scalar, int otherwise) => new(name, new Value(scalar) { Unit = (TimeUnit)Bounded(type.Int16(0, (short)otherwise), 3) }, ArrowLayout.Plain, children);
        ArrowField Child(int count) => children.Length == count ? children[0] : throw new InvalidDataException($"column '{name}' has {children.Length} columns inside where {count} are needed");
        switch (kind)
        {
            case 1: return Scalar(ScalarType.Null);
            case 2: return new ArrowField(name, Integer(type), ArrowLayout.Plain, children);
            case 3: return Scalar(Bounded(type.Int16(0), 2) switch { 0 => ScalarType.Float16, 1 => ScalarType.Float32, _ => ScalarType.Float64 });
            case 4: return Scalar(ScalarType.Binary);
            case 5: return Scalar(ScalarType.String);
            case 6: return Scalar(ScalarType.Boolean);
            case 7: return new ArrowField(name, Decimal(type), ArrowLayout.Plain, children);
            case 8: return Scalar(type.Int16(0, 1) == 0 ? ScalarType.Date32 : ScalarType.Date64);
            case 9: return Timed(type.Int32(1, 32) == 32 ? ScalarType.Time32 : ScalarType.Time64, otherwise: 1);
            case 10: return Timed(ScalarType.Timestamp, otherwise: 0) is var time && type.Text(1) is { Length: > 0 } zone ? time with { Feature = (Value)time.Feature with { TimeZone = zone } } : time;
            case 11: return Scalar(Bounded(type.Int16(0), 2) switch { 0 => ScalarType.IntervalMonths, 1 => ScalarType.IntervalDayTime, _ => ScalarType.IntervalMonthDayNano });
            case 12: return new ArrowField(name, new ListFeature(Child(1).Feature), ArrowLayout.Plain, children);
            case 13: return new ArrowField(name, new StructFeature(FeaturesOf(children)), ArrowLayout.Plain, children);
            case 14: return new ArrowField(name, Value.Json, type.Int16(0) == 0 ? ArrowLayout.SparseUnion : ArrowLayout.DenseUnion, children, UnionTypes: UnionTypes(type, children.Length));
            case 15: return new ArrowField(name, new Value(ScalarType.FixedSizeBinary) { ByteWidth = Bounded(type.Int32(0), 1 << 20) }, ArrowLayout.Plain, children);
            case 16: return new ArrowField(name, new ListFeature(Child(1).Feature) { FixedLength = Bounded(type.Int32(0), 1 << 24) }, ArrowLayout.Plain, children);
            case 17: return new ArrowField(name, Map(name, Child(1)), ArrowLayout.Plain, children);
            case 18: return Timed(ScalarType.Duration, otherwise: 1);
            case 19: return Scalar(ScalarType.LargeBinary);
            case 20: return Scalar(ScalarType.LargeString);
            case 21: return new ArrowField(name, new ListFeature(Child(1).Feature) { Large = true }, ArrowLayout.Plain, children);
            case 22: return Child(2) is var ends && ends.Feature is Value ? new ArrowField(name, children[1].Feature, ArrowLayout.RunEnds, children) : throw new InvalidDataException($"column '{name}' has no run ends");
            case 23: return Scalar(ScalarType.Binary, ArrowLayout.View);
            case 24: return Scalar(ScalarType.String, ArrowLayout.View);
            case 25: return new ArrowField(name, new ListFeature(Child(1).Feature), ArrowLayout.ListView, children);
            case 26: return new ArrowField(name, new ListFeature(Child(1).Feature), ArrowLayout.LargeListView, children);
            default: throw new NotSupportedException($"column '{name}' has the Arrow type number {kind}, which is not known here");
        }
    }

    private static Features FeaturesOf(ArrowField[] children) => new(children.Select(child => KeyValuePair.Create(child.Name, child.Feature)));

    private static MapFeature Map(string name, ArrowField entries) =>
        entries is { Feature: StructFeature, Children: [var key, var item], Layout: ArrowLayout.Plain }
            ? new MapFeature(key.Feature, item.Feature)
            : throw new InvalidDataException($"column '{name}' is a map whose entries are not pairs");

    private static int[] UnionTypes(FlatTable type, int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        for (int index = 0; index < type.Count(1) && index < count; index++)
        {
            numbers[index] = type.Int32At(1, index);
        }

        return numbers;
    }

    private static Value Integer(FlatTable type) => new((type.Int32(0), type.Boolean(1)) switch
    {
        (8, true) => ScalarType.Int8,
        (16, true) => ScalarType.Int16,
        (32, true) => ScalarType.Int32,
        (64, true) => ScalarType.Int64,
        (8, false) => ScalarType.UInt8,
        (16, false) => ScalarType.UInt16,
        (32, false) => ScalarType.UInt32,
        (64, false) => ScalarType.UInt64,
        var (bits, _) => throw new InvalidDataException($"there are no integers of {bits} bits"),
    });

    private static Value Decimal(FlatTable type) => new(type.Int32(2, 128) switch
    {
        32 => ScalarType.Decimal32,
        64 => ScalarType.Decimal64,
        128 => ScalarType.Decimal128,
        256 => ScalarType.Decimal256,
        int bits => throw new InvalidDataException($"there are no decimals of {bits} bits"),
    })
    {
        Precision = Bounded(type.Int32(0), 76),
        Scale = type.Int32(1) is >= -76 and <= 76 and int scale ? scale : throw new InvalidDataException("a decimal has an impossible scale"),
    };

    private static int Bounded(int number, int maximum) =>
        number >= 0 && number <= maximum ? number : throw new InvalidDataException($"the schema holds {number} where 0 to {maximum} is possible");

    private static int WritePair(FlatWriter writer, string key, string value)
    {
        int valuePlace = writer.Text(value);
        int keyPlace = writer.Text(key);
        return writer.Table(FlatWriter.Reference(0, keyPlace), FlatWriter.Reference(1, valuePlace));
    }

    private static int WriteField(FlatWriter writer, string name, Feature feature, bool nullable)
    {
        int[] children = feature switch
        {
            ListFeature list => [WriteField(writer, "item", list.Item, nullable: true)],
            MapFeature map => [WriteEntries(writer, map)],
            StructFeature structure => [.. structure.Fields.Select(entry => WriteField(writer, entry.Key, entry.Value, nullable: true))],
            _ => [],
        };
        (int kind, int type) = WriteType(writer, feature);
        int childrenPlace = writer.Tables(children);
        List<FlatWriter.Field> fields = [];
        if (feature is Value { Type: ScalarType.Json })
        {
            int metadata = writer.Tables([WritePair(writer, ExtensionName, "arrow.json"), WritePair(writer, "ARROW:extension:metadata", "")]);
            fields.Add(FlatWriter.Reference(6, metadata));
        }

        int namePlace = writer.Text(name);
        fields.AddRange(
            FlatWriter.Reference(0, namePlace), FlatWriter.Byte(1, nullable ? 1 : 0), FlatWriter.Byte(2, kind), FlatWriter.Reference(3, type), FlatWriter.Reference(5, childrenPlace));
        return writer.Table([.. fields]);
    }

    private static int WriteEntries(FlatWriter writer, MapFeature map)
    {
        int[] pair = [WriteField(writer, "key", map.Key, nullable: false), WriteField(writer, "value", map.Item, nullable: true)];
        int children = writer.Tables(pair);
        int type = writer.Table();
        int name = writer.Text("entries");
        return writer.Table(FlatWriter.Reference(0, name), FlatWriter.Byte(1, 0), FlatWriter.Byte(2, 13), FlatWriter.Reference(3, type), FlatWriter.Reference(5, children));
    }

    private static (int Kind, int Place) WriteType(FlatWriter writer, Feature feature)
    {
        int Integer(int bits, bool signed) => writer.Table(FlatWriter.Int32(0, bits), FlatWriter.Byte(1, signed ? 1 : 0));
        int Unit(Value value) => writer.Table(FlatWriter.Int16(0, (int)value.Unit));
        int Decimal(Value value, int bits) => writer.Table(FlatWriter.Int32(0, value.Precision), FlatWriter.Int32(1, value.Scale), FlatWriter.Int32(2, bits));
        switch (feature)
        {
            case ListFeature { FixedLength: { } length }: return (16, writer.Table(FlatWriter.Int32(0, length)));
            case ListFeature { Large: true }: return (21, writer.Table());
            case ListFeature: return (12, writer.Table());
            case StructFeature: return (13, writer.Table());
            case MapFeature: return (17, writer.Table());
            case ClassLabel: return (2, Integer(64, signed: true));
        }

        Value value = (Value)feature;
        return value.Type switch
        {
            ScalarType.Null => (1, writer.Table()),
            ScalarType.Int8 => (2, Integer(8, signed: true)),
            ScalarType.Int16 => (2, Integer(16, signed: true)),
            ScalarType.Int32 => (2, Integer(32, signed: true)),
            ScalarType.Int64 => (2, Integer(64, signed: true)),
            ScalarType.UInt8 => (2, Integer(8, signed: false)),
            ScalarType.UInt16 => (2, Integer(16, signed: false)),
            ScalarType.UInt32 => (2, Integer(32, signed: false)),
            ScalarType.UInt64 => (2, Integer(64, signed: false)),
            ScalarType.Float16 => (3, writer.Table(FlatWriter.Int16(0, 0))),
            ScalarType.Float32 => (3, writer.Table(FlatWriter.Int16(0, 1))),
            ScalarType.Float64 => (3, writer.Table(FlatWriter.Int16(0, 2))),
            ScalarType.Binary => (4, writer.Table()),
            ScalarType.String or ScalarType.Json => (5, writer.Table()),
            ScalarType.Boolean => (6, writer.Table()),
            ScalarType.Decimal32 => (7, Decimal(value, 32)),
            ScalarType.Decimal64 => (7, Decimal(value, 64)),
            ScalarType.Decimal128 => (7, Decimal(value, 128)),
            ScalarType.Decimal256 => (7, Decimal(value, 256)),
            ScalarType.Date32 => (8, writer.Table(FlatWriter.Int16(0, 0))),
            ScalarType.Date64 => (8, writer.Table(FlatWriter.Int16(0, 1))),
            ScalarType.Time32 => (9, writer.Table(FlatWriter.Int16(0, (int)value.Unit), FlatWriter.Int32(1, 32))),
            ScalarType.Time64 => (9, writer.Table(FlatWriter.Int16(0, (int)value.Unit), FlatWriter.Int32(1, 64))),
            ScalarType.Timestamp => (10, WriteTimestamp(writer, value)),
            ScalarType.IntervalMonths => (11, writer.Table(FlatWriter.Int16(0, 0))),
            ScalarType.IntervalDayTime => (11, writer.Table(FlatWriter.Int16(0, 1))),
            ScalarType.IntervalMonthDayNano => (11, writer.Table(FlatWriter.Int16(0, 2))),
            ScalarType.FixedSizeBinary => (15, writer.Table(FlatWriter.Int32(0, value.ByteWidth))),
            ScalarType.Duration => (18, Unit(value)),
            ScalarType.LargeBinary => (19, writer.Table()),
            _ => (20, writer.Table()),
        };
    }

    private static int WriteTimestamp(FlatWriter writer, Value value)
    {
        if (value.TimeZone is null)
        {
            return writer.Table(FlatWriter.Int16(0, (int)value.Unit));
        }

        int zone = writer.Text(value.TimeZone);
        return writer.Table(FlatWriter.Int16(0, (int)value.Unit), FlatWriter.Reference(1, zone));
    }
}
