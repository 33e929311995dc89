using System.Buffers.Binary;
using System.Numerics;

namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// CRC-32C (Castagnoli) in the masked form that LevelDB and TensorFlow store, so that checksums of data that holds checksums
/// stay independent (tensorflow, <c>tsl/lib/hash/crc32c.h</c>).
/// </summary>
internal static class MaskedCrc32C
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    /// <summary>The state after some bytes more.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    /// <summary>The stored form of a state.</summary>
    public static uint Mask(uint state)
    {
        const uint Delta = 0xA282EAD8;
        return BitOperations.RotateRight(~state, 15) + Delta;
    }
}
