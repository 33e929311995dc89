using Akin.Search.Storage;

namespace Akin.Search.CrashProbe;

/// <summary>Documents that both sides of a crash test can make: identifier and version determine text and vector.</summary>
public static class ProbeDocuments
{
    public const int Dimension = 48;

    public static IndexFacts Facts { get; } = new("crash-probe", Dimension);

    public static Document Document(string id, int version) => new(id, TextOf(id, version))
    {
        Title = version % 3 == 0 ? null : $"Title {version}",
        Metadata = version % 2 == 0 ? null : $$"""{"version": {{version}}}""",
    };

    public static float[] Vector(string id, int version)
    {
        int seed = version;
        foreach (char letter in id)
        {
            seed = unchecked(seed * 31 + letter);
        }

        Random random = new(seed);
        float[] vector = new float[Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            vector[i] = random.NextSingle() - 0.5f;
        }

        return vector;
    }

    public static DocumentVector Entry(string id, int version) => new(Document(id, version), Vector(id, version));

    // Lengths vary from a line to several database pages.
    private static string TextOf(string id, int version) => string.Join(' ', Enumerable.Repeat($"text {version} of {id};", 1 + (id.Length * 7 + version * 13) % 90));
}
