namespace Akin.Kernels.Reference;

/// <summary>The products in their plainest form: the oracle of every tier.</summary>
internal static class GemmReference
{
    /// <summary>Each element of <c>x·Wᵀ</c> is one chain of fused multiply-adds over ascending inputs, starting from zero.</summary>
    /// <param name="input"><c>[rows, inputs]</c>.</param>
    /// <param name="weight"><c>[outputs, inputs]</c>.</param>
    /// <param name="rowCount">Rows of the input.</param>
    /// <param name="inputSize">Inputs.</param>
    /// <param name="outputSize">Outputs.</param>
    /// <param name="output"><c>[rows, outputs]</c>.</param>
    public static void Multiply(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, int rowCount, int inputSize, int outputSize, Span<float> output)
    {
        for (int row = 0; row < rowCount; row++)
        {
            for (int column = 0; column < outputSize; column++)
            {
                float sum = 0;
                for (int k = 0; k < inputSize; k++)
                {
                    sum = MathF.FusedMultiplyAdd(input[(row * inputSize) + k], weight[(column * inputSize) + k], sum);
                }

                output[(row * outputSize) + column] = sum;
            }
        }
    }
}
