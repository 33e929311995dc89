using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Datasets.Columns;

/// <summary>Collects the values of one column and hands them out as a <see cref="ColumnData"/>. It converts only where nothing is lost.</summary>
internal abstract class ColumnBuilder(Feature feature)
{
    private readonly ArrayBufferWriter<byte> _validity = new();
    private int _nullCount;

    public Feature Feature { get; } = feature;

    public int Length { get; private set; }

    /// <summary>Bytes collected so far, about.</summary>
    public abstract long ByteCount { get; }

    public static ColumnBuilder Create(Feature feature) => feature switch
    {
        StructFeature structure => new StructBuilder(structure),
        ListFeature { FixedLength: not null } list => new FixedLengthListBuilder(list),
        ListFeature or MapFeature => new ListBuilder(feature),
        Value { Type: ScalarType.Null } => new NullBuilder(feature),
        Value { Type: ScalarType.Boolean } => new BooleanBuilder(feature),
        Value { Type: ScalarType.String or ScalarType.LargeString or ScalarType.Json or ScalarType.Binary or ScalarType.LargeBinary } => new VariableWidthBuilder(feature),
        _ => new FixedWidthBuilder(feature),
    };

    /// <summary>Adds a value.</summary>
    /// <exception cref="DatasetException">The column cannot hold it.</exception>
    public void Append(object? value)
    {
        if (value is null)
        {
            AppendNull();
            return;
        }

        AppendValue(value);
        Mark(present: true);
    }

    public void AppendNull()
    {
        AppendPlaceholder();
        Mark(present: false);
        _nullCount++;
    }

    /// <summary>The values so far; the builder begins anew.</summary>
    public ColumnData Take()
    {
        byte[] validity = _nullCount == 0 ? [] : _validity.WrittenSpan.ToArray();
        ColumnData column = Build(Length, validity);
        _validity.ResetWrittenCount();
        Length = 0;
        _nullCount = 0;
        return column;
    }

    internal static DatasetException Unfit(object value, Feature feature) =>
        new($"found {Describe(value)}; the column holds {(feature is ClassLabel label ? $"classes ({string.Join(", ", label.Names.Take(10))})" : feature.TypeName)}.");

    protected abstract void AppendValue(object value);

    protected abstract void AppendPlaceholder();

    protected abstract ColumnData Build(int length, byte[] validity);

    private static string Describe(object value) => value switch
    {
        string text => $"the text '{(text.Length > 60 ? text[..60] + "…" : text)}'",
        IReadOnlyDictionary<string, object?> => "an object",
        IEnumerable => "a list",
        IFormattable number => $"{number.ToString(null, CultureInfo.InvariantCulture)} ({value.GetType().Name})",
        _ => $"{value} ({value.GetType().Name})",
    };

    private void Mark(bool present)
    {
        if ((Length & 7) == 0)
        {
            _validity.GetSpan(1)[0] = 0;
            _validity.Advance(1);
        }

        if (present)
        {
            Bitmap.Set(MemoryMarshal.AsMemory(_validity.WrittenMemory).Span, Length);
        }

        Length++;
    }

    private sealed class NullBuilder(Feature feature) : ColumnBuilder(feature)
    {
        public override long ByteCount => 0;

        protected override void AppendValue(object value) => throw Unfit(value, Feature);

        protected override void AppendPlaceholder()
        {
        }

        protected override ColumnData Build(int length, byte[] validity) => new NullColumn(Feature, length);
    }

    private sealed class BooleanBuilder(Feature feature) : ColumnBuilder(feature)
    {
        private readonly List<bool> _bits = [];

        public override long ByteCount => _bits.Count / 8;

        protected override void AppendValue(object value) => _bits.Add(value is bool bit ? bit : throw Unfit(value, Feature));

        protected override void AppendPlaceholder() => _bits.Add(false);

        protected override ColumnData Build(int length, byte[] validity)
        {
            byte[] bits = new byte[Bitmap.ByteCount(length)];
            for (int index = 0; index < length; index++)
            {
                if (_bits[index])
                {
                    Bitmap.Set(bits, index);
                }
            }

            _bits.Clear();
            return new BooleanColumn(Feature, length, validity, bits);
        }
    }

    private sealed class VariableWidthBuilder(Feature feature) : ColumnBuilder(feature)
    {
        private readonly ArrayBufferWriter<byte> _values = new();
        private readonly List<int> _offsets = [0];
        private readonly bool _text = VariableWidthColumn.IsText(feature);

        public override long ByteCount => _values.WrittenCount + (_offsets.Count * sizeof(int));

        protected override void AppendValue(object value)
        {
            if (_text && value is string text)
            {
                try
                {
                    StrictUtf8.GetBytes(text, _values);
                }
                catch (EncoderFallbackException exception)
                {
                    throw new DatasetException("found half of a surrogate pair, which is not text.", exception);
                }
            }
            else if (!_text && value is byte[] bytes)
            {
                _values.Write(bytes);
            }
            else
            {
                throw Unfit(value, Feature);
            }

            _offsets.Add(_values.WrittenCount);
        }

        protected override void AppendPlaceholder() => _offsets.Add(_values.WrittenCount);

        protected override ColumnData Build(int length, byte[] validity)
        {
            bool wide = Feature is Value { Type: ScalarType.LargeString or ScalarType.LargeBinary };
            VariableWidthColumn column = new(Feature, length, validity, OffsetBytes(_offsets, wide), wide, _values.WrittenSpan.ToArray());
            _values.ResetWrittenCount();
            _offsets.RemoveRange(1, length);
            return column;
        }

        private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    }

    private sealed class ListBuilder(Feature feature) : ColumnBuilder(feature)
    {
        private readonly List<int> _offsets = [0];
        private readonly ColumnBuilder _items = Create(ItemFeature(feature));

        public override long ByteCount => _items.ByteCount + (_offsets.Count * sizeof(int));

        protected override void AppendValue(object value)
        {
            if (value is string or IReadOnlyDictionary<string, object?> || value is not IEnumerable items)
            {
                throw Unfit(value, Feature);
            }

            foreach (object? item in items)
            {
                _items.Append(item is KeyValuePair<object, object?> pair && Feature is MapFeature ? new RowValues { ["key"] = pair.Key, ["value"] = pair.Value } : item);
            }

            _offsets.Add(_items.Length);
        }

        protected override void AppendPlaceholder() => _offsets.Add(_items.Length);

        protected override ColumnData Build(int length, byte[] validity)
        {
            bool wide = Feature is ListFeature { Large: true };
            ListColumn column = new(Feature, length, validity, OffsetBytes(_offsets, wide), wide, _items.Take());
            _offsets.RemoveRange(1, length);
            return column;
        }

        private static Feature ItemFeature(Feature feature) =>
            feature is MapFeature map ? new StructFeature(new Features(("key", map.Key), ("value", map.Item))) : ((ListFeature)feature).Item;
    }

    private sealed class FixedLengthListBuilder(ListFeature feature) : ColumnBuilder(feature)
    {
        private readonly ColumnBuilder _items = Create(feature.Item);

        public override long ByteCount => _items.ByteCount;

        protected override void AppendValue(object value)
        {
            if (value is string or IReadOnlyDictionary<string, object?> || value is not IEnumerable items)
            {
                throw Unfit(value, Feature);
            }

            int before = _items.Length;
            foreach (object? item in items)
            {
                _items.Append(item);
            }

            if (_items.Length - before != feature.FixedLength)
            {
                throw new DatasetException($"found a list of {_items.Length - before} items; every list of the column has {feature.FixedLength}.");
            }
        }

        protected override void AppendPlaceholder()
        {
            for (int item = 0; item < feature.FixedLength; item++)
            {
                _items.AppendNull();
            }
        }

        protected override ColumnData Build(int length, byte[] validity) => new FixedLengthListColumn(Feature, length, validity, _items.Take());
    }

    private sealed class StructBuilder(StructFeature feature) : ColumnBuilder(feature)
    {
        private readonly ColumnBuilder[] _fields = [.. feature.Fields.Values.Select(Create)];

        public override long ByteCount => _fields.Sum(builder => builder.ByteCount);

        protected override void AppendValue(object value)
        {
            if (value is not IReadOnlyDictionary<string, object?> row)
            {
                throw Unfit(value, Feature);
            }

            if (row.Keys.FirstOrDefault(key => !feature.Fields.ContainsKey(key)) is { } unknown)
            {
                throw new DatasetException($"found an object with the field '{unknown}'; the column holds {Feature}.");
            }

            for (int field = 0; field < _fields.Length; field++)
            {
                _fields[field].Append(row.GetValueOrDefault(feature.Fields.At(field).Key));
            }
        }

        protected override void AppendPlaceholder()
        {
            foreach (ColumnBuilder field in _fields)
            {
                field.AppendNull();
            }
        }

        protected override ColumnData Build(int length, byte[] validity) =>
            new StructColumn(Feature, length, validity, [.. _fields.Select(field => field.Take())]);
    }

    private static byte[] OffsetBytes(List<int> offsets, bool wide) => wide
        ? MemoryMarshal.AsBytes<long>(offsets.ConvertAll(offset => (long)offset).ToArray()).ToArray()
        : MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(offsets)).ToArray();
}
