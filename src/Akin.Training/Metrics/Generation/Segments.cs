namespace Akin.Training.Metrics.Generation;

/// <summary>The check that every metric on generated texts begins with.</summary>
internal static class Segments
{
    /// <exception cref="ArgumentException">The numbers differ, or a text has no reference.</exception>
    public static void Check(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(references.Count, texts.Count, "texts");
        for (int i = 0; i < references.Count; i++)
        {
            if (references[i].Count == 0)
            {
                throw new ArgumentException($"Text {i} has no reference; each needs at least one.");
            }
        }
    }
}
