using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Akin.Models.Checkpoints;

/// <summary>Converts little-endian elements of any <see cref="TensorDType"/> to floats, and floats to the types weights are stored in.</summary>
internal static class ElementConversion
{
    // Mapped data may start at any byte, but vectors of Half are read fastest aligned: pieces go through a small buffer on the stack.
    private const int PieceLength = 1024;

    /// <summary>
    /// Converts to float: 16-bit floats and small integers exactly, doubles and large integers rounded to nearest even.
    /// </summary>
    /// <param name="dtype">Type of the elements in <paramref name="source"/>.</param>
    /// <param name="source">Exactly as many bytes as <paramref name="destination"/> has elements of that type.</param>
    /// <param name="destination">Where the floats go.</param>
    public static void ToSingle(TensorDType dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, (long)destination.Length * dtype.SizeBytes());
        switch (dtype)
        {
            case TensorDType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case TensorDType.F16:
                HalfToSingle(source, destination);
                break;
            case TensorDType.BF16:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16);
                }

                break;
            case TensorDType.F64:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(source[(8 * i)..]);
                }

                break;
            case TensorDType.I64:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BinaryPrimitives.ReadInt64LittleEndian(source[(8 * i)..]);
                }

                break;
            case TensorDType.I32:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BinaryPrimitives.ReadInt32LittleEndian(source[(4 * i)..]);
                }

                break;
            case TensorDType.I16:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BinaryPrimitives.ReadInt16LittleEndian(source[(2 * i)..]);
                }

                break;
            case TensorDType.I8:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = (sbyte)source[i];
                }

                break;
            case TensorDType.U8:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = source[i];
                }

                break;
            case TensorDType.Bool:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = source[i] == 0 ? 0f : 1f;
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a tensor type.");
        }
    }

    /// <summary>Rounds floats to F32 (as they are), F16 or BF16 (to nearest, ties to even, as PyTorch does), or widens them to F64.</summary>
    /// <param name="source">The floats.</param>
    /// <param name="dtype">A floating type.</param>
    /// <param name="destination">Exactly as many bytes as <paramref name="source"/> has elements of that type.</param>
    public static void FromSingle(ReadOnlySpan<float> source, TensorDType dtype, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, (long)source.Length * dtype.SizeBytes());
        switch (dtype)
        {
            case TensorDType.F32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case TensorDType.F16:
                for (int i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(destination[(2 * i)..], (Half)source[i]);
                }

                break;
            case TensorDType.BF16:
                for (int i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], ToBFloat16(source[i]));
                }

                break;
            case TensorDType.F64:
                for (int i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(destination[(8 * i)..], source[i]);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Floats are stored as F64, F32, F16 or BF16.");
        }
    }

    private static void HalfToSingle(ReadOnlySpan<byte> source, Span<float> destination)
    {
        Span<Half> piece = stackalloc Half[PieceLength];
        for (int start = 0; start < destination.Length; start += PieceLength)
        {
            Span<Half> halves = piece[..Math.Min(PieceLength, destination.Length - start)];
            source.Slice(2 * start, 2 * halves.Length).CopyTo(MemoryMarshal.AsBytes(halves));
            TensorPrimitives.ConvertToSingle(halves, destination.Slice(start, halves.Length));
        }
    }

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x0040); // keep it a NaN even when only dropped bits said so
        }

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16); // half of the last kept bit, one less when that bit is even
    }
}
