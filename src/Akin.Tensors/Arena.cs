using System.Runtime.InteropServices;

namespace Akin.Tensors;

/// <summary>Memory for activations that is used again batch after batch, so that a warm model allocates nothing.</summary>
/// <remarks>
/// A few large slabs are cut into pieces, first fit, and neighbouring free pieces are joined. When everything was given back and there are several
/// small slabs, they are replaced by one that holds all of it. Not thread-safe: one arena serves one forward pass at a time.
/// </remarks>
public sealed class Arena
{
    /// <summary>Pieces begin at a multiple of 16 floats: one cache line, one 512-bit register.</summary>
    private const int Alignment = 16;

#if DEBUG
    private const int SmallestSlab = 1 << 10; // so small that every test walks the growth path
#else
    private const int SmallestSlab = 1 << 18; // 1 MB
#endif

    /// <summary>Slabs grow up to this length, so that a training step of several gigabytes wastes little: 256 MB.</summary>
    private const int LargestSlab = 1 << 26;

    private readonly List<Slab> _slabs = [];
    private readonly List<Tensor> _live = [];
    private readonly Stack<Tensor> _idle = [];

    /// <summary>How much memory the arena holds, used or not.</summary>
    public long CapacityBytes => _slabs.Sum(slab => (long)slab.Length) * sizeof(float);

    /// <summary>How many tensors are out.</summary>
    public int LiveCount => _live.Count;

    /// <summary>Lends a tensor whose numbers are undefined.</summary>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="ArgumentException">The tensor would have more than 2³¹ numbers: use smaller batches.</exception>
    public Tensor Rent(Shape shape)
    {
        if (shape.ElementCount > Array.MaxLength - Alignment)
        {
            throw new ArgumentException(
                $"An activation of shape {shape} has {shape.ElementCount} numbers, more than the {Array.MaxLength} one tensor can hold: use smaller batches.",
                nameof(shape));
        }

        int length = Aligned((int)shape.ElementCount);
        int slab = 0;
        int start = -1;
        while (slab < _slabs.Count && (start = _slabs[slab].Take(length)) < 0)
        {
            slab++;
        }

        if (start < 0)
        {
            // Half as much again as there is, so that a growing batch needs few slabs.
            long capacity = _slabs.Sum(existing => (long)existing.Length);
            _slabs.Add(new Slab(Math.Max(length, (int)Math.Clamp(capacity / 2, SmallestSlab, LargestSlab))));
            start = _slabs[slab].Take(length);
        }

        Tensor tensor = _idle.TryPop(out Tensor? idle) ? idle : new Tensor();
        tensor.Borrow(_slabs[slab].Memory, slab, start, shape);
        _live.Add(tensor);
        return tensor;
    }

    /// <summary>Takes a tensor back before its scope ends; nothing happens to a tensor that owns its memory.</summary>
    public void Release(Tensor tensor)
    {
        if (tensor.IsBorrowed)
        {
            _live.RemoveAt(_live.LastIndexOf(tensor));
            Free(tensor);
        }
    }

    /// <summary>Takes a tensor back that callers may still hold: it is not lent again, so that whoever reads it finds out.</summary>
    internal void Retire(Tensor tensor)
    {
        if (tensor.IsBorrowed)
        {
            _live.RemoveAt(_live.LastIndexOf(tensor));
            FreeMemory(tensor);
        }
    }

    /// <summary>Takes every tensor back.</summary>
    public void Reset() => EndScope(0, keepsAll: false);

    /// <summary>Takes back what was lent since <see cref="LiveCount"/> was <paramref name="mark"/>, except what is kept.</summary>
    internal void EndScope(int mark, bool keepsAll)
    {
        int kept = mark;
        for (int i = mark; i < _live.Count; i++)
        {
            Tensor tensor = _live[i];
            if (tensor.IsKept || keepsAll)
            {
                tensor.IsKept = false;
                _live[kept++] = tensor;
            }
            else
            {
                Free(tensor);
            }
        }

        CollectionsMarshal.SetCount(_live, kept);
        if (kept == 0 && _slabs.Count > 1)
        {
            long capacity = _slabs.Sum(slab => (long)slab.Length);
            if (capacity <= LargestSlab)
            {
                _slabs.Clear();
                _slabs.Add(new Slab((int)capacity));
            }
        }
    }

    private static int Aligned(int length) => Math.Max(Alignment, (length + Alignment - 1) / Alignment * Alignment);

    private void Free(Tensor tensor)
    {
        FreeMemory(tensor);
        _idle.Push(tensor);
    }

    private void FreeMemory(Tensor tensor)
    {
#if DEBUG
        tensor.Span.Fill(float.NaN); // whoever still reads it shall see it
#endif
        _slabs[tensor.Slab].Return(tensor.Start, Aligned((int)tensor.Shape.ElementCount));
        tensor.GiveBack();
    }

    /// <summary>One array and the pieces of it that are free, in ascending order and never touching each other.</summary>
    private sealed class Slab
    {
        private readonly List<(int Start, int Length)> _free = [];

        public unsafe Slab(int length)
        {
            // Pinned, so that the alignment found now stays true.
            Memory = GC.AllocateUninitializedArray<float>(length + Alignment, pinned: true);
            nint address = (nint)Marshal.UnsafeAddrOfPinnedArrayElement(Memory, 0) / sizeof(float);
            int first = (int)((Alignment - (address % Alignment)) % Alignment);
            Length = length;
            _free.Add((first, length));
        }

        public float[] Memory { get; }

        public int Length { get; }

        public int Take(int length)
        {
            for (int i = 0; i < _free.Count; i++)
            {
                (int start, int available) = _free[i];
                if (available >= length)
                {
                    if (available == length)
                    {
                        _free.RemoveAt(i);
                    }
                    else
                    {
                        _free[i] = (start + length, available - length);
                    }

                    return start;
                }
            }

            return -1;
        }

        public void Return(int start, int length)
        {
            int next = 0;
            while (next < _free.Count && _free[next].Start < start)
            {
                next++;
            }

            bool joinsNext = next < _free.Count && start + length == _free[next].Start;
            bool joinsPrevious = next > 0 && _free[next - 1].Start + _free[next - 1].Length == start;
            switch (joinsPrevious, joinsNext)
            {
                case (true, true):
                    _free[next - 1] = (_free[next - 1].Start, _free[next - 1].Length + length + _free[next].Length);
                    _free.RemoveAt(next);
                    break;
                case (true, false):
                    _free[next - 1] = (_free[next - 1].Start, _free[next - 1].Length + length);
                    break;
                case (false, true):
                    _free[next] = (start, length + _free[next].Length);
                    break;
                default:
                    _free.Insert(next, (start, length));
                    break;
            }
        }
    }
}
