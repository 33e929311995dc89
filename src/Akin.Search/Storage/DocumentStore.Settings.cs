using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>Settings that may change while the index lives. Facts of names that a version does not know are left alone, so an older one reads such an index as an exact one.</summary>
public sealed partial class DocumentStore
{
    private const string KindFact = "vector_kind", PrecisionFact = "vector_precision", LinksFact = "graph_m", EfConstructionFact = "graph_ef_construction";

    internal void WriteVectorSettings(VectorIndexSettings settings) => Write((connection, transaction) =>
    {
        using SqliteCommand set = StoreDatabase.Command(
            connection,
            "INSERT INTO facts (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            transaction,
            ("$name", SqliteType.Text), ("$value", SqliteType.Text));
        foreach ((string name, string value) in new[]
        {
            (KindFact, settings.Kind.ToString()), (PrecisionFact, settings.Precision.ToString()),
            (LinksFact, settings.M.ToString()), (EfConstructionFact, settings.EfConstruction.ToString()),
        })
        {
            set.Parameters["$name"].Value = name;
            set.Parameters["$value"].Value = value;
            set.ExecuteNonQuery();
        }

        return 0;
    });

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
}
