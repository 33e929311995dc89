namespace Akin.Training.Evaluation;

/// <summary>Adds up what a model has read.</summary>
internal sealed class EncodedCount(IProgress<int>? progress)
{
    private int _count;

    public void Add(int count)
    {
        _count += count;
        progress?.Report(_count);
    }
}
