using System.Text.Json;
using Akin.Client.Messages;
using Akin.Search;

namespace Akin.Server.Indexes;

/// <summary>What an index holds, counted once for every state of its documents.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class IndexStatistics(ServedIndex index)
{
    private const int MostFields = 40;
    private const int MostValues = 20;
    private const int SampledLanguages = 500;

    private readonly Lock _gate = new();
    private Counted? _counted;

    /// <summary>The line of the index in a list.</summary>
    public IndexSummary Summary()
    {
        VectorIndexSettings settings = index.Meaning.Vectors.Settings;
        return new IndexSummary(index.Name, index.Store.Count, ModelName, index.Store.Facts.Dimension)
        {
            Metric = Word(index.Store.Facts.Metric),
            Kind = Word(settings.Kind),
            Precision = Word(settings.Precision),
        };
    }

    /// <summary>All that is known of the index.</summary>
    /// <param name="rerankers">The re-rankers that a search may ask for.</param>
    /// <param name="cancellationToken">Stops counting.</param>
    public IndexDescription Describe(IReadOnlyList<string> rerankers, CancellationToken cancellationToken)
    {
        IndexSummary summary = Summary();
        Counted counted = Count(cancellationToken);
        return new IndexDescription(summary.Name, summary.Documents, summary.Model, summary.Dimensions)
        {
            Metric = summary.Metric,
            Kind = summary.Kind,
            Precision = summary.Precision,
            SizeBytes = index.Meaning.Vectors.Info().SizeBytes,
            Fields = counted.Fields,
            Languages = counted.Languages,
            LanguagesOf = counted.LanguagesOf,
            Rerankers = rerankers,
        };
    }

    /// <summary>The values of a field as they go over the wire.</summary>
    public static IReadOnlyList<ValueCount> Values(IEnumerable<FacetValue> values) => [.. values.Select(value => new ValueCount(JsonElement.Parse(value.Value.ToJsonString()), value.Count))];

    // A folder's path is nobody's business but the server's.
    private string ModelName => Path.IsPathRooted(index.Store.Facts.Model) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(index.Store.Facts.Model)) : index.Store.Facts.Model;

    private static string Word<TChoice>(TChoice choice)
        where TChoice : struct, Enum => choice.ToString().ToLowerInvariant();

    private Counted Count(CancellationToken cancellationToken)
    {
        // Read before counting: a commit meanwhile makes the count look old, never new.
        long version = index.Store.DataVersion;
        lock (_gate)
        {
            if (_counted is { } former && former.Version == version)
            {
                return former;
            }
        }

        List<IndexField> fields = [];
        foreach (FieldCount field in index.Store.FieldNames(cancellationToken).Take(MostFields))
        {
            IReadOnlyList<FacetValue> values = index.Store.Facet(field.Name, filter: null, cancellationToken);
            fields.Add(new IndexField(field.Name, field.Documents, values.Count, Values(values.Take(MostValues))));
        }

        string? languageField = TextLanguage.Fields.FirstOrDefault(name => fields.Exists(field => field.Name == name));
        IReadOnlyList<ValueCount> languages = languageField is not null
            ? Values(index.Store.Facet(languageField, filter: null, cancellationToken).Take(MostValues))
            :
            [
                .. index.Store.SampleVectors(SampledLanguages, cancellationToken).Select(entry => TextLanguage.OfScript(entry.Document.EmbeddingText)).OfType<string>()
                    .GroupBy(code => code).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new ValueCount(JsonElement.Parse($"\"{group.Key}\""), group.Count())),
            ];
        Counted counted = new(version, fields, languages, languageField ?? "script");
        lock (_gate)
        {
            _counted = counted;
        }

        return counted;
    }

    private sealed record Counted(long Version, IReadOnlyList<IndexField> Fields, IReadOnlyList<ValueCount> Languages, string LanguagesOf);
}
