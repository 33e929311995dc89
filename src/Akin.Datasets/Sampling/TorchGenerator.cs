namespace Akin.Datasets.Sampling;

/// <summary>PyTorch's generator on the CPU (Mersenne Twister, seeded as std::mt19937) and its <c>randperm</c>, so that batches are those of Python.</summary>
internal sealed class TorchGenerator
{
    private const int StateLength = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[StateLength];
    private int _next = StateLength;

    public TorchGenerator(ulong seed)
    {
        _state[0] = (uint)seed;
        for (int index = 1; index < StateLength; index++)
        {
            uint before = _state[index - 1];
            _state[index] = unchecked((1812433253u * (before ^ (before >> 30))) + (uint)index);
        }
    }

    /// <summary>The numbers 0 … count − 1 in random order: <c>torch.randperm(count, generator=…)</c>.</summary>
    public int[] Permutation(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        for (int place = 0; place < count - 1; place++)
        {
            int other = place + (int)(Next() % (uint)(count - place));
            (numbers[place], numbers[other]) = (numbers[other], numbers[place]);
        }

        return numbers;
    }

    private uint Next()
    {
        if (_next == StateLength)
        {
            Renew();
        }

        uint value = _state[_next++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9D2C5680;
        value ^= (value << 15) & 0xEFC60000;
        return value ^ (value >> 18);
    }

    private void Renew()
    {
        for (int index = 0; index < StateLength; index++)
        {
            uint joined = (_state[index] & 0x80000000) | (_state[(index + 1) % StateLength] & 0x7FFFFFFF);
            _state[index] = _state[(index + Middle) % StateLength] ^ (joined >> 1) ^ ((joined & 1) != 0 ? 0x9908B0DF : 0);
        }

        _next = 0;
    }
}
