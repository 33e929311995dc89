using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>
/// Reads the subset of Python's pickle language in which PyTorch writes tensors, and nothing else. A pickle is a program: Python runs
/// whatever functions it names. This reader calls nothing. It knows fourteen names (ten storage types, three functions that
/// describe tensors, OrderedDict), turns them into plain data, and refuses every other name and every instruction it does not need.
/// There is no recursion, and every instruction costs time and memory in proportion to its bytes.
/// <para>
/// Protocols 2 to 5 are read: later protocols only spell the same things differently. <c>torch.load(weights_only=True)</c>
/// reads protocol 2 alone; under the same allow-list the others are no more dangerous.
/// </para>
/// </summary>
internal ref struct PickleReader
{
    /// <summary>The longest pickle read. A model of ten thousand tensors needs about 2 MB: the numbers themselves are not in it.</summary>
    public const int LongestBytes = 64 << 20;

    /// <summary>One byte can make an object of 60: this bounds what a hostile pickle costs. A tensor takes about 45 instructions.</summary>
    private const int MostInstructions = 4_000_000;

    // PyTorch's own limit (ATen/WrapDimUtilsMulti.h, dim_bitset_size).
    private const int MostDimensions = 64;
    private const int LongestNumberBytes = 16;

    private const string Remedy = "Akin reads tensors and runs nothing. If you trust the file's source, convert it to safetensors with Python; if not, delete it.";

    private static readonly Dictionary<string, TensorDType> StorageTypes = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = TensorDType.F64,
        ["FloatStorage"] = TensorDType.F32,
        ["HalfStorage"] = TensorDType.F16,
        ["BFloat16Storage"] = TensorDType.BF16,
        ["LongStorage"] = TensorDType.I64,
        ["IntStorage"] = TensorDType.I32,
        ["ShortStorage"] = TensorDType.I16,
        ["CharStorage"] = TensorDType.I8,
        ["ByteStorage"] = TensorDType.U8,
        ["BoolStorage"] = TensorDType.Bool,
    };

    private static readonly HashSet<string> Functions = ["torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "collections.OrderedDict"];

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _data;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);
    private int _position;
    private int _instruction;

    /// <param name="data">Starts with the pickle; may go on after it.</param>
    /// <param name="file">The file, for messages.</param>
    public PickleReader(ReadOnlySpan<byte> data, string file)
    {
        _data = data;
        _file = file;
    }

    /// <summary>The storages referred to so far, each once.</summary>
    public readonly IEnumerable<PickleStorage> Storages => _storages.Values;

    /// <summary>Bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>
    /// The pickled value: <see langword="null"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="BigInteger"/> (beyond 64 bits), <see cref="double"/>,
    /// <see cref="string"/>, a tuple as <c>object?[]</c>, a list as <see cref="List{T}"/>, <see cref="PickleMapping"/>, <see cref="PickleTensor"/>,
    /// <see cref="PickleStorage"/> or <see cref="PickleGlobal"/>.
    /// </summary>
    /// <exception cref="CheckpointException">The pickle is cut short, malformed, or names something outside the allow-list.</exception>
    public object? Read()
    {
        for (int count = 0; ; count++)
        {
            _instruction = _position;
            if (count == MostInstructions)
            {
                throw Fault($"more than {MostInstructions} instructions", "enough for 90 000 tensors");
            }

            PickleOpcode opcode = (PickleOpcode)Take(1)[0];
            if (opcode == PickleOpcode.Stop)
            {
                return Pop();
            }

            Execute(opcode);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                byte protocol = Take(1)[0];
                if (protocol is < 2 or > 5)
                {
                    throw Fault($"pickle protocol {protocol}", "2 to 5");
                }

                break;
            case PickleOpcode.Frame:
                Take(8); // a hint for buffering
                break;

            case PickleOpcode.None:
                _stack.Add(null);
                break;
            case PickleOpcode.NewTrue:
                _stack.Add(true);
                break;
            case PickleOpcode.NewFalse:
                _stack.Add(false);
                break;
            case PickleOpcode.BinInt:
                _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.BinInt1:
                _stack.Add((long)Take(1)[0]);
                break;
            case PickleOpcode.BinInt2:
                _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case PickleOpcode.Long1:
                PushNumber(Take(Take(1)[0]));
                break;
            case PickleOpcode.BinFloat:
                _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;

            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString: // Python 2 wrote names as byte strings
                _stack.Add(Text(Take(Take(1)[0])));
                break;
            case PickleOpcode.BinUnicode or PickleOpcode.BinString:
                _stack.Add(Text(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))));
                break;
            case PickleOpcode.BinUnicode8:
                _stack.Add(Text(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))))));
                break;

            case PickleOpcode.Mark:
                _marks.Add(_stack.Count);
                break;
            case PickleOpcode.Pop:
                Pop();
                break;
            case PickleOpcode.PopMark:
                PopToMark();
                break;
            case PickleOpcode.Dup:
                _stack.Add(Top());
                break;

            case PickleOpcode.EmptyTuple:
                _stack.Add(Array.Empty<object?>());
                break;
            case PickleOpcode.Tuple1:
                _stack.Add(PopMany(1));
                break;
            case PickleOpcode.Tuple2:
                _stack.Add(PopMany(2));
                break;
            case PickleOpcode.Tuple3:
                _stack.Add(PopMany(3));
                break;
            case PickleOpcode.Tuple:
                _stack.Add(PopToMark());
                break;

            case PickleOpcode.EmptyList:
                _stack.Add(new List<object?>());
                break;
            case PickleOpcode.Append:
                object? item = Pop();
                Top<List<object?>>("a list").Add(item);
                break;
            case PickleOpcode.Appends:
                object?[] items = PopToMark();
                Top<List<object?>>("a list").AddRange(items);
                break;

            case PickleOpcode.EmptyDict:
                _stack.Add(new PickleMapping());
                break;
            case PickleOpcode.SetItem:
                SetItems(PopMany(2));
                break;
            case PickleOpcode.SetItems:
                SetItems(PopToMark());
                break;

            case PickleOpcode.BinPut:
                _memo[Take(1)[0]] = Top();
                break;
            case PickleOpcode.LongBinPut:
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top();
                break;
            case PickleOpcode.Memoize:
                _memo[(uint)_memo.Count] = Top();
                break;
            case PickleOpcode.BinGet:
                _stack.Add(Recall(Take(1)[0]));
                break;
            case PickleOpcode.LongBinGet:
                _stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;

            case PickleOpcode.Global:
                string module = Line();
                _stack.Add(Allowed(module, Line()));
                break;
            case PickleOpcode.StackGlobal:
                string name = Pop<string>("a name");
                _stack.Add(Allowed(Pop<string>("a module"), name));
                break;
            case PickleOpcode.BinPersId:
                _stack.Add(Storage(Pop<object?[]>("a tuple that names a storage")));
                break;
            case PickleOpcode.Reduce:
                object?[] arguments = Pop<object?[]>("a tuple of arguments");
                _stack.Add(Describe(Pop<PickleGlobal>("a function"), arguments));
                break;
            case PickleOpcode.Build:
                // A state_dict carries `_metadata` (versions of modules) as an attribute; attributes of other things are not expected.
                Pop();
                Top<PickleMapping>("a dictionary");
                break;

            default:
                string called = Enum.IsDefined(opcode) ? $"opcode {opcode} (0x{(byte)opcode:X2})" : $"opcode 0x{(byte)opcode:X2}";
                throw Fault(called, "an instruction that describes tensors");
        }
    }

    private readonly PickleGlobal Allowed(string module, string name)
    {
        PickleGlobal global = new(module, name);
        return Functions.Contains(global.ToString()) || (module == "torch" && StorageTypes.ContainsKey(name))
            ? global
            : throw Fault($"the Python name {global}", $"one of {string.Join(", ", Functions.Order(StringComparer.Ordinal))}, torch.{string.Join(", torch.", StorageTypes.Keys)}");
    }

    /// <summary>('storage', type, key, device, element count), and in old files a sixth that must be None.</summary>
    private readonly PickleStorage Storage(object?[] id)
    {
        if (id is not ["storage", PickleGlobal { Module: "torch" } type, string key, string, long count, .. object?[] rest]
            || rest is not ([] or [null])
            || count < 0)
        {
            throw Fault("a reference that is not a storage, or is a view of one", "('storage', type, key, device, element count)");
        }

        TensorDType dtype = StorageTypes[type.Name];
        if (count > long.MaxValue / dtype.SizeBytes())
        {
            throw Fault($"a storage of {count} elements", $"at most {long.MaxValue / dtype.SizeBytes()}");
        }

        PickleStorage storage = new(dtype, key, count);
        if (!_storages.TryAdd(key, storage) && _storages[key] != storage)
        {
            throw Fault($"storage '{key}' as {count} elements of {dtype.Name()}", $"{_storages[key].ElementCount} elements of {_storages[key].DType.Name()}, as before");
        }

        return _storages[key];
    }

    /// <summary>What Python would get from calling one of <see cref="Functions"/>, as data.</summary>
    private readonly object Describe(PickleGlobal function, object?[] arguments) => (function.ToString(), arguments) switch
    {
        ("collections.OrderedDict", []) => new PickleMapping(),
        ("torch._utils._rebuild_tensor", [PickleStorage storage, long offset, object?[] shape, object?[] strides]) =>
            Tensor(storage, offset, shape, strides),
        ("torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, object?[] shape, object?[] strides, bool, null or PickleMapping]) =>
            Tensor(storage, offset, shape, strides),
        ("torch._utils._rebuild_tensor_v2", [PickleStorage storage, long offset, object?[] shape, object?[] strides, bool, null or PickleMapping, null or PickleMapping { Entries: [] }]) =>
            Tensor(storage, offset, shape, strides),
        ("torch._utils._rebuild_parameter", [PickleTensor tensor, bool, null or PickleMapping]) => tensor,
        _ => throw Fault($"a call of {function} with {arguments.Length} unexpected arguments", "the arguments that torch.save writes"),
    };

    private readonly PickleTensor Tensor(PickleStorage storage, long offset, object?[] shape, object?[] strides)
    {
        long[] sizes = Sizes(shape, "shape");
        long[] steps = Sizes(strides, "strides");
        return sizes.Length == steps.Length && offset >= 0
            ? new PickleTensor(storage, offset, sizes, steps)
            : throw Fault($"a tensor of {sizes.Length} dimensions with {steps.Length} strides at offset {offset}", "as many strides as dimensions, and an offset of at least 0");
    }

    private readonly long[] Sizes(object?[] tuple, string what)
    {
        if (tuple.Length > MostDimensions)
        {
            throw Fault($"{tuple.Length} dimensions", $"at most {MostDimensions}");
        }

        long[] sizes = new long[tuple.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = tuple[i] is long size and >= 0 ? size : throw Fault($"{what} with {tuple[i] ?? "None"}", "integers of at least 0");
        }

        return sizes;
    }

    private readonly void SetItems(object?[] keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0)
        {
            throw Fault("a key without a value", "pairs");
        }

        PickleMapping mapping = Top<PickleMapping>("a dictionary");
        for (int i = 0; i < keysAndValues.Length; i += 2)
        {
            mapping.Entries.Add((keysAndValues[i], keysAndValues[i + 1]));
        }
    }

    private readonly void PushNumber(ReadOnlySpan<byte> littleEndian)
    {
        if (littleEndian.Length > LongestNumberBytes)
        {
            throw Fault($"a number of {littleEndian.Length} bytes", $"at most {LongestNumberBytes}");
        }

        BigInteger number = new(littleEndian);
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            _stack.Add((long)number);
        }
        else
        {
            _stack.Add(number);
        }
    }

    private readonly object? Recall(uint key) => _memo.TryGetValue(key, out object? value) ? value : throw Fault($"memo {key}, which nothing was put into", "one of those before");

    /// <summary>How far the stack may shrink: what stands before the last mark belongs to somebody else.</summary>
    private readonly int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private readonly object? Top() => _stack.Count > Floor ? _stack[^1] : throw Fault("an instruction without its operand", "one on the stack");

    private readonly T Top<T>(string expected)
        where T : class => Top() as T ?? throw Fault($"{Kind(Top())} as operand", expected);

    private readonly object? Pop()
    {
        object? top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private readonly T Pop<T>(string expected)
        where T : class
    {
        object? top = Pop();
        return top as T ?? throw Fault($"{Kind(top)} as operand", expected);
    }

    private readonly object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Fault($"{_stack.Count - Floor} operands", $"{count}");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private readonly object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Fault("an instruction without its mark", "one on the stack");
        }

        object?[] values = PopMany(_stack.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _position)
        {
            throw Fault($"the end of the data after {_data.Length} bytes", "the rest of the pickle");
        }

        _position += length;
        return _data.Slice(_position - length, length);
    }

    private readonly int Length(ulong length) =>
        length <= (ulong)(_data.Length - _position) ? (int)length : throw Fault($"a text of {length} bytes with {_data.Length - _position} left", "the whole text");

    private readonly string Text(ReadOnlySpan<byte> utf8) =>
        System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw Fault("a text that is not UTF-8", "UTF-8");

    private string Line()
    {
        int length = _data[_position..].IndexOf((byte)'\n');
        string line = Text(Take(length < 0 ? int.MaxValue : length));
        Take(1);
        return line;
    }

    /// <summary>A value's Python type, for messages.</summary>
    internal static string Kind(object? value) => value switch
    {
        null => "None",
        bool => "a bool",
        long or BigInteger => "an int",
        double => "a float",
        string => "a str",
        object?[] => "a tuple",
        List<object?> => "a list",
        PickleMapping => "a dict",
        PickleTensor => "a tensor",
        PickleStorage => "a storage",
        _ => value.ToString()!,
    };

    private readonly CheckpointException Fault(string found, string expected) => new(_file, null, $"{found} at byte {_instruction} of the pickle", expected, Remedy);
}
