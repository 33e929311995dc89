using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Kernels.Lanes;

/// <summary>The upper tail of the normal distribution, from tables.</summary>
/// <remarks>
/// Q(t) e^(t²/2) falls smoothly from ½, ever more slowly. Cut where 1 + t is a power of two times 1, 1¼, 1½ or 1¾, each of 16 intervals needs a polynomial of degree six
/// about a point of its own (relative error 2⁻²⁷ at most; least squares at Chebyshev points, the factors rounded to float32 one after the other), and
/// which interval a number is in can be read off the bits of 1 + t.
/// </remarks>
internal static class NormalTail
{
    /// <summary>Columns of <see cref="FloatBits.TableLength"/> intervals: the lowest bits of the exponent of 1 + t, and the highest of its mantissa.</summary>
    private static ReadOnlySpan<float> Columns =>
    [
        // Where each interval is counted from: near its middle, and such that the value there is a float to 2⁻³⁴.
        1.2497821f, 1.7499583f, 2.249516f, 2.7500734f, 3.4999094f, 4.499046f, 5.4992843f, 6.500113f,
        7.9987874f, 9.998721f, 11.998629f, 14.000925f, 0.12500216f, 0.37503263f, 0.6248236f, 0.8749129f,

        // The value there.
        0.2307844f, 0.18523479f, 0.1536777f, 0.13072184f, 0.106347576f, 0.08481993f, 0.070351325f, 0.060014676f,
        0.049129777f, 0.03951165f, 0.033022694f, 0.028350806f, 0.45379248f, 0.37959605f, 0.3233909f, 0.279784f,

        // The factors of distance, distance² … distance⁶.
        -0.11051208f, -0.07478914f, -0.05324183f, -0.039447628f, -0.026735405f, -0.017333537f, -0.012060346f, -0.008840103f,
        -0.0059636435f, -0.0038763033f, -0.0027152358f, -0.002004772f, -0.34221724f, -0.25658137f, -0.19688003f, -0.15415566f,
        0.0463342f, 0.027178459f, 0.016954677f, 0.011118981f, 0.006388048f, 0.0034177764f, 0.0020140277f, 0.0012765068f,
        0.00071393704f, 0.00037678936f, 0.00022179473f, 0.00014107171f, 0.2055073f, 0.14168483f, 0.100187816f, 0.07245562f,
        -0.01753405f, -0.009075784f, -0.0050339117f, -0.0029565506f, -0.0014591224f, -0.0006522323f, -0.00032820163f, -0.00018087904f,
        -8.432368e-5f, -3.629441e-5f, -1.8000306e-5f, -9.879157e-6f, -0.10550969f, -0.06781609f, -0.044759054f, -0.030252995f,
        0.0061046947f, 0.0028239596f, 0.0014076383f, 0.0007470727f, 0.0003201738f, 0.0001207982f, 5.22729e-5f, 2.5176189e-5f,
        9.834622e-6f, 3.4658594e-6f, 1.4517373e-6f, 6.885588e-7f, 0.04807997f, 0.02906386f, 0.01805419f, 0.011494531f,
        -0.002002023f, -0.00083345734f, -0.00037616803f, -0.00018092355f, -6.8930676e-5f, -2.2043088e-5f, -8.2297865e-6f, -3.488894e-6f,
        -1.1590436e-6f, -3.333739e-7f, -1.17706314e-7f, -4.8030593e-8f, -0.019937055f, -0.0113568f, -0.006757119f, -0.0041122395f,
        0.0006103187f, 0.0002306786f, 9.509099e-5f, 4.1906555e-5f, 1.4036479e-5f, 3.8510652e-6f, 1.2561067e-6f, 4.7188607e-7f,
        1.3143439e-7f, 3.1261667e-8f, 9.3563814e-9f, 3.3094834e-9f, 0.007592064f, 0.00409632f, 0.0023612333f, 0.0014124236f,
    ];

    /// <summary>Q(t) e^(t²/2) = result + rest for 0 ≤ t &lt; 15, where Q(t) = erfc(t/√2)/2.</summary>
    /// <remarks>The result is exact to 2⁻³⁴ of it and the rest at most a fifth of it, so that the sum need not be rounded before it is used.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Ratio<V>(V t, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V key = t + V.Create(1);
        V distance = t - Column(0, key);
        V p = V.MultiplyAdd(Column(7, key), distance, Column(6, key));
        p = V.MultiplyAdd(p, distance, Column(5, key));
        p = V.MultiplyAdd(p, distance, Column(4, key));
        p = V.MultiplyAdd(p, distance, Column(3, key));
        p = V.MultiplyAdd(p, distance, Column(2, key));
        rest = p * distance;
        return Column(1, key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Column<V>(int index, V key)
        where V : unmanaged, ILanes<V> => V.LookUp(in Unsafe.Add(ref MemoryMarshal.GetReference(Columns), index * FloatBits.TableLength), key);
}
