using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Client.Messages;
using Akin.Search;
using Akin.Search.Projection;
using Akin.Search.Storage;

namespace Akin.Server.Indexes;

/// <summary>Places the documents of an index in a plane, once for every state of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class IndexMap(ServedIndex index)
{
    /// <summary>Points that a page can still draw and a person can still tell apart.</summary>
    public const int MostPoints = 3000;

    // Placing by neighbours takes time in proportion to points and steps: seconds, with these.
    private const int MostNeighborPoints = 1000;
    private const int NeighborSteps = 500;
    private const int LongestLabel = 160;

    private readonly Lock _gate = new();
    private readonly Dictionary<bool, Task<Plane>> _planes = [];

    /// <summary>The points.</summary>
    /// <param name="byNeighbors">By t-SNE, which shows who is near to whom; otherwise by principal components, which show the greatest differences.</param>
    /// <param name="field">The field whose values the points carry; null for none.</param>
    /// <param name="cancellationToken">Stops waiting; what was begun is finished for the next one who asks.</param>
    public async Task<MapResponse> DrawAsync(bool byNeighbors, string? field, CancellationToken cancellationToken)
    {
        Plane plane = await PlaneOf(byNeighbors).WaitAsync(cancellationToken);
        return new MapResponse([.. plane.Documents.Select((document, i) => PointOf(document, plane.Places[i], field))], index.Store.Count)
        {
            Method = byNeighbors ? "tsne" : "pca",
            Field = field,
            Variance = plane.Variance,
        };
    }

    private Task<Plane> PlaneOf(bool byNeighbors)
    {
        long version = index.Store.DataVersion;
        lock (_gate)
        {
            if (_planes.TryGetValue(byNeighbors, out Task<Plane>? former) && !former.IsFaulted && (!former.IsCompleted || former.Result.Version == version))
            {
                return former;
            }

            return _planes[byNeighbors] = Task.Factory.StartNew(() => Place(byNeighbors, version), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private Plane Place(bool byNeighbors, long version)
    {
        int dimension = index.Store.Facts.Dimension;
        IReadOnlyList<DocumentVector> sample = index.Store.SampleVectors(byNeighbors ? MostNeighborPoints : MostPoints);
        Document[] documents = [.. sample.Select(entry => entry.Document)];
        float[] vectors = new float[sample.Count * dimension];
        for (int i = 0; i < sample.Count; i++)
        {
            sample[i].Vector.Span.CopyTo(vectors.AsSpan(i * dimension));
        }

        if (sample.Count < 2)
        {
            return new Plane(version, documents, new PlanePoint[sample.Count], Variance: null);
        }

        if (byNeighbors)
        {
            return new Plane(version, documents, Fit(Tsne.Place(vectors, dimension, new TsneOptions { Iterations = NeighborSteps })), Variance: null);
        }

        PrincipalComponents components = PrincipalComponents.Fit(vectors, dimension, Math.Min(2, dimension));
        float[] places = components.Transform(vectors);
        int columns = components.ComponentCount;
        PlanePoint[] points = [.. Enumerable.Range(0, sample.Count).Select(i => new PlanePoint(places[i * columns], columns > 1 ? places[(i * columns) + 1] : 0))];
        return new Plane(version, documents, Fit(points), components.ExplainedVarianceRatio.Sum());
    }

    /// <summary>The same places with the middle at 0 and the outermost at 1.</summary>
    private static PlanePoint[] Fit(PlanePoint[] points)
    {
        (double left, double right) = (points.Min(point => point.X), points.Max(point => point.X));
        (double low, double high) = (points.Min(point => point.Y), points.Max(point => point.Y));
        double scale = Math.Max(right - left, high - low) / 2;
        scale = scale > 0 ? 1 / scale : 1;
        return Array.ConvertAll(points, point => new PlanePoint(Rounded((point.X - ((left + right) / 2)) * scale), Rounded((point.Y - ((low + high) / 2)) * scale)));

        static double Rounded(double place) => Math.Round(place, 4); // finer than a screen
    }

    private static MapPoint PointOf(Document document, PlanePoint place, string? field)
    {
        string label = string.IsNullOrWhiteSpace(document.Title) ? document.Text : document.Title;
        JsonNode? value = field is null ? null : document.Field(field);
        return new MapPoint(document.Id, place.X, place.Y, label.Length <= LongestLabel ? label : $"{Cut(label)}…")
        {
            Language = TextLanguage.Of(document),
            Value = value is JsonValue ? JsonElement.Parse(value.ToJsonString()) : null,
        };

        static string Cut(string text) => text[..(char.IsHighSurrogate(text[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel)];
    }

    private sealed record Plane(long Version, Document[] Documents, PlanePoint[] Places, double? Variance);
}
