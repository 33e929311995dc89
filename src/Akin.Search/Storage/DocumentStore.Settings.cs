using System.Globalization;
using Akin.Search.Hybrid;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>Settings that may change while the index lives. Facts of names that a version does not know are left alone, so an older one reads such an index as an exact one.</summary>
public sealed partial class DocumentStore
{
    private const string KindFact = "vector_kind", PrecisionFact = "vector_precision", LinksFact = "graph_m", EfConstructionFact = "graph_ef_construction";

    // Behind it stands the fingerprint of what is searched by words; the value is documents then, weight of words, weight of meaning.
    private const string HybridWeightsPrefix = "hybrid_weights:";

    internal void WriteVectorSettings(VectorIndexSettings settings) => WriteFacts(
        (KindFact, settings.Kind.ToString()), (PrecisionFact, settings.Precision.ToString()), (LinksFact, settings.M.ToString()), (EfConstructionFact, settings.EfConstruction.ToString()));

    /// <summary>The weights that were learnt from the documents, unless there are twice or half as many since.</summary>
    internal HybridWeights? HybridWeights(string wordsFingerprint, long documentCount)
    {
        Dictionary<string, string> facts = Read(connection => ReadFacts(connection));
        return facts.GetValueOrDefault(HybridWeightsPrefix + wordsFingerprint)?.Split(' ') is [var counted, var words, var meaning]
            && long.TryParse(counted, NumberStyles.None, CultureInfo.InvariantCulture, out long former)
            && double.TryParse(words, CultureInfo.InvariantCulture, out double byWords)
            && double.TryParse(meaning, CultureInfo.InvariantCulture, out double byMeaning)
            && byWords is >= 0 and <= 1 && byMeaning is >= 0 and <= 1
            && documentCount / 2 <= former && former / 2 <= documentCount
                ? new HybridWeights(byWords, byMeaning)
                : null;
    }

    internal void KeepHybridWeights(string wordsFingerprint, long documentCount, HybridWeights weights) =>
        WriteFacts((HybridWeightsPrefix + wordsFingerprint, string.Create(CultureInfo.InvariantCulture, $"{documentCount} {weights.Words:R} {weights.Meaning:R}")));

    /// <exception cref="IndexCorruptException">A setting has a value that cannot be.</exception>
    internal VectorIndexSettings VectorSettingsOf(Dictionary<string, string> facts)
    {
        VectorIndexSettings settings = new()
        {
            Kind = Choice(KindFact, VectorIndexKind.Exact),
            Precision = Choice(PrecisionFact, VectorPrecision.Float32),
            M = Number(LinksFact, VectorIndexSettings.Default.M),
            EfConstruction = Number(EfConstructionFact, VectorIndexSettings.Default.EfConstruction),
        };
        try
        {
            settings.Check();
            return settings;
        }
        catch (ArgumentException error)
        {
            throw new IndexCorruptException(Folder, $"the settings of its vectors cannot be: {error.Message}");
        }

        TChoice Choice<TChoice>(string name, TChoice otherwise)
            where TChoice : struct, Enum =>
            !facts.TryGetValue(name, out string? word) ? otherwise
            : Enum.TryParse(word, out TChoice choice) && Enum.IsDefined(choice) ? choice
            : throw new IndexCorruptException(Folder, $"the fact '{name}' is '{word}', not one of {string.Join(", ", Enum.GetNames<TChoice>())}");

        int Number(string name, int otherwise) =>
            !facts.TryGetValue(name, out string? word) ? otherwise
            : int.TryParse(word, out int number) ? number
            : throw new IndexCorruptException(Folder, $"the fact '{name}' is '{word}', not a number");
    }

    /// <summary>Forgets the derived file of a kind, and the deletions that only it would need.</summary>
    internal void ForgetDerived(string kind) => Write((connection, transaction) =>
    {
        using SqliteCommand forget = StoreDatabase.Command(connection, "DELETE FROM derived WHERE kind = $kind", transaction, ("$kind", SqliteType.Text));
        forget.Parameters["$kind"].Value = kind;
        int count = forget.ExecuteNonQuery();
        ForgetDeletions(connection, transaction);
        return count;
    });

    private void WriteFacts(params (string Name, string Value)[] facts) => Write((connection, transaction) =>
    {
        using SqliteCommand set = StoreDatabase.Command(
            connection,
            "INSERT INTO facts (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            transaction,
            ("$name", SqliteType.Text), ("$value", SqliteType.Text));
        foreach ((string name, string value) in facts)
        {
            set.Parameters["$name"].Value = name;
            set.Parameters["$value"].Value = value;
            set.ExecuteNonQuery();
        }

        return 0;
    });
}
