using System.Text.Json.Nodes;
using Akin.Search.Documents;
using Akin.Search.Evaluation;
using Akin.Search.Filters;

namespace Akin.Search.Tests.Documents;

/// <summary>Arrays of documents against DocArray's answers.</summary>
public sealed class DocumentArrayTests
{
    // The reference computes in float32.
    private const float Tolerance = 1e-6f;

    private static readonly JsonNode Inputs = DocArrayGolden.Json("inputs.json"), Answers = DocArrayGolden.Json("search.json");

    public static TheoryData<int> Paths => Numbers("paths");

    public static TheoryData<int> Finds => Numbers("find");

    public static TheoryData<int> Matches => Numbers("match");

    public static TheoryData<int> Filters => Numbers("filter");

    [Theory]
    [MemberData(nameof(Paths))]
    public void Traverse_OfAPath_LeadsWhereTheReferenceGoes(int number)
    {
        JsonNode answer = Answers["paths"]![number]!;
        DocumentArray tree = DocArrayGolden.Array(Inputs["tree"]!);
        if (answer["result"] is { } result)
        {
            DocumentArray found = answer["flatten"] is not null ? tree.Flatten() : tree.Traverse((string)(answer["path"] ?? answer["traverse_flat"])!);
            Assert.Equal(result.AsArray().Select(id => (string)id!), found.Select(document => document.Id));
        }
        else
        {
            Assert.Contains("a path is letters", Assert.Throws<ArgumentException>(() => tree.Traverse((string)answer["path"]!)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Children_OfATree_KnowTheirPlace()
    {
        foreach ((DocumentNode document, JsonNode? place) in DocArrayGolden.Array(Inputs["tree"]!).Flatten().Zip(Answers["tree_ids"]!.AsArray()))
        {
            Assert.Equal(
                ((string)place!["id"]!, (int)place["granularity"]!, (int)place["adjacency"]!, (string)place["parent_id"]!),
                (document.Id, document.Granularity, document.Adjacency, document.ParentId));
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void Find_OfAFilter_ChoosesWhatTheReferenceDoes(int number)
    {
        JsonNode answer = Answers["filter"]![number]!;
        if (answer["result"] is { } result)
        {
            DocumentArray found = DocArrayGolden.Array(Inputs["collection"]!).Find(DocumentFilter.Parse(answer["query"]!.ToJsonString()));
            Assert.Equal(result.AsArray().Select(id => (string)id!), found.Select(document => document.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Finds))]
    public void Find_OfAVector_FindsWhatTheReferenceDoes(int number)
    {
        JsonNode answer = Answers["find"]![number]!;
        JsonArray data = Inputs["queries"]![(string)answer["query"]!]!["data"]!.AsArray();
        float[][] queries = [.. data.Select(value => (float)value!).Chunk(4)];
        if (answer["metric"]?.GetValue<string>() == "cityblock" || (string)answer["query"]! == "zero")
        {
            return; // a metric of SciPy's; a query of zeros, at 0 from everything there and at 1 here
        }

        // A vector of zeros is the nearest neighbour of everything there, and the farthest but opposite ones here.
        DocumentArray collection = new(DocArrayGolden.Array(Inputs["collection"]!).Where(document => document.Id != "zero_vec"));
        FindOptions options = new()
        {
            Metric = MetricOf(answer),
            Limit = answer["limit"] is { } limit ? (int)limit : 20,
            OnlyId = answer["only_id"] is not null,
            ScoreName = (string?)answer["metric_name"],
            Filter = answer["filter"] is { } filter ? DocumentFilter.Parse(filter.ToJsonString()) : null,
        };
        if (options.Limit == 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => collection.Find(queries, options));
            return;
        }

        DocumentArray[] found = collection.Find(queries, options);
        if (answer["result"] is not JsonArray result)
        {
            Assert.All(found[0], document => Assert.Contains(options.ScoreName ?? "cosine", document.Scores)); // refused there, answered here
            Assert.All(found[0], document => Assert.True(options.Filter is null || document.Tags["lang"]!.GetValue<string>() == "ko"));
            return;
        }

        JsonArray[] lists = result[0] is JsonArray ? [.. result.Select(list => list!.AsArray())] : [result];
        foreach ((JsonArray list, DocumentArray documents) in lists.Zip(found))
        {
            JsonNode[] expected = [.. list.OfType<JsonNode>().Where(hit => (string)hit["id"]! != "zero_vec")];
            AssertHits(expected, documents.Take(expected.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Matches))]
    public void Match_OfTwoArrays_FindsWhatTheReferenceDoes(int number)
    {
        JsonNode answer = Answers["match"]![number]!;
        if (answer["result"] is null || (answer["batch_size"] is not null && answer["normalization"] is not null))
        {
            return; // there every batch is normalised by itself, so that several matches are the best
        }

        DocumentArray left = Side("left"), right = Side("right");
        left.Match(right, new MatchOptions
        {
            Metric = MetricOf(answer),
            Limit = (int)answer["limit"]!,
            ExcludeSelf = answer["exclude_self"] is not null,
            OnlyId = answer["only_id"] is not null,
            Normalization = answer["normalization"] is JsonArray range ? ((float)range[0]!, (float)range[1]!) : null,
        });
        foreach ((JsonNode? expected, DocumentNode document) in answer["result"]!.AsArray().Zip(left))
        {
            Assert.Equal((string)expected!["id"]!, document.Id);
            AssertHits([.. expected["matches"]!.AsArray().OfType<JsonNode>()], document.Matches);
            Assert.All(document.Matches, match => Assert.Equal(1, match.Adjacency));
            Assert.All(document.Matches, match => Assert.Equal(answer["only_id"] is not null, match.Text.Length == 0));
        }

        DocumentArray Side(string name) => DocArrayGolden.Array(new JsonArray([.. Inputs["collection"]!.AsArray().Where(spec => answer[name]!.AsArray().Any(id => (string)id! == (string)spec!["id"]!)).Select(spec => spec!.DeepClone())]));
    }

    [Fact]
    public void Match_WithItself_LooksAtTheMatchesThatWere()
    {
        DocumentArray documents = [Vector("a", 1, 0), Vector("b", 1, 0.1f), new DocumentNode("none")];
        documents.Match(documents, new MatchOptions { Limit = 1 });
        Assert.Equal("a", documents[0].Matches[0].Id);
        Assert.Empty(documents[0].Matches[0].Matches);
        Assert.Empty(documents[2].Matches);
        Assert.Contains("'c' has 3 numbers", Assert.Throws<ArgumentException>(() => new DocumentArray([Vector("c", 1, 2, 3)]).Find([1f, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("2 dimensions", Assert.Throws<ArgumentException>(() => new DocumentArray([new DocumentNode("d") { Embedding = new NumericArray([1f, 2], 1, 2) }]).Find([1f, 2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Column_OfAField_HasAValueForEveryDocument()
    {
        DocumentArray tree = DocArrayGolden.Array(Inputs["tree"]!);
        Assert.Equal([0, 0, 0], tree.Column("tags__depth").Select(value => (int)value!));
        Assert.Equal([0.589, 0.242, 0.633], tree.Column("scores__cosine__value").Select(value => Math.Round((double)(float)value!, 6)));
        Assert.All(tree.Column("missing"), Assert.Null);
        Assert.Equal("r1", tree["r1"].Id);
        Assert.Contains("'nope'", Assert.Throws<KeyNotFoundException>(() => tree["nope"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_OfAnArray_HoldEachDocumentOnce()
    {
        DocumentArray documents = new(Enumerable.Range(0, 10).Select(i => new DocumentNode($"{i}") { Tags = new JsonObject { ["g"] = i % 3 } }));
        JsonNode golden = DocArrayGolden.Json("helpers.json");
        Assert.Equal(golden["batch"]![0]!.ToJsonString(), Ids(documents.Batch(4)));
        Assert.Equal(golden["split_by_tag"]!.AsObject().Select(part => part.Key), documents.SplitByTag("g").Keys);
        Assert.Equal(new JsonArray([.. golden["split_by_tag"]!.AsObject().Select(part => part.Value!.DeepClone())]).ToJsonString(), Ids(documents.SplitByTag("g").Values));
        Assert.Equal(documents.Select(document => document.Id), documents.Shuffle(seed: 1).Select(document => document.Id).Order());
        Assert.Equal(Ids([documents.Shuffle(seed: 1)]), Ids([documents.Shuffle(seed: 1)]));
        Assert.NotEqual(Ids([documents]), Ids([documents.Shuffle(seed: 1)]));
        Assert.Equal(3, documents.Sample(3, seed: 2).Distinct().Count());
        (DocumentArray first, DocumentArray second) = documents.Split(0.7, seed: 3);
        Assert.Equal((7, 3, 10), (first.Count, second.Count, first.Concat(second).Distinct().Count()));
        Assert.Throws<ArgumentOutOfRangeException>(() => documents.Sample(11));
        Assert.Equal("0369147258", string.Concat(documents.Sort("tags__g").Select(document => document.Id)));
        Assert.Equal("2581470369", string.Concat(documents.Sort("tags__g", descending: true).Select(document => document.Id)));
        Assert.Equal("10 documents\n  id: 10\n  tags: 10", documents.Summary());

        static string Ids(IEnumerable<DocumentArray> parts) => new JsonArray([.. parts.Select(part => new JsonArray([.. part.Select(document => JsonValue.Create(document.Id))]))]).ToJsonString();
    }

    [Fact]
    public void Reduce_OfSeveralAnswers_UnitesThemAsTheReferenceDoes()
    {
        foreach (JsonNode? golden in DocArrayGolden.Json("helpers.json")["reduce"]!.AsArray())
        {
            DocumentArray[] arrays = [.. golden!["arrays"]!.AsArray().Select(array => DocArrayGolden.Array(array!))];
            arrays[0].Reduce(arrays[1..]);
            JsonNode expected = new JsonArray([.. DocArrayGolden.Array(golden["result"]!).Select(DocArrayGolden.Describe)]);
            Assert.Equal(expected.ToJsonString(), new JsonArray([.. arrays[0].Select(DocArrayGolden.Describe)]).ToJsonString());
        }
    }

    [Fact]
    public void Apply_OnManyThreads_KeepsTheOrderAndTellsOfEveryFailure()
    {
        DocumentArray documents = new(Enumerable.Range(0, 200).Select(i => new DocumentNode($"{i}")));
        DocumentApplyException error = Assert.Throws<DocumentApplyException>(() => documents.Apply(document =>
            document.Id is "17" or "150" ? throw new InvalidOperationException($"no {document.Id}") : new DocumentNode(document.Id) { Text = $"text {document.Id}" }));
        Assert.Equal([17, 150], error.Failures.Select(failure => failure.Row));
        Assert.Contains("2 of 200 documents could not be processed; the first is row 17 ('17'): no 17", error.Message, StringComparison.Ordinal);
        Assert.All(documents, document => Assert.Equal(document.Id is "17" or "150" ? "" : $"text {document.Id}", document.Text));
        Assert.Equal(Enumerable.Range(0, 200), documents.Map(document => int.Parse(document.Id), parallelism: 3));

        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => documents.Apply(
            _ =>
            {
                stop.Cancel();
                return new DocumentNode("new");
            },
            cancellationToken: stop.Token));
        Assert.DoesNotContain(documents, document => document.Id == "new");
        documents.Embed(new WordEncoder(), batchSize: 64);
        Assert.All(documents, document => Assert.Equal(32, document.Embedding!.Count));
    }

    [Fact]
    public void Evaluate_AgainstTheTruth_GivesTheReferencesValuesWhereItsDefinitionsAreTrecs()
    {
        JsonNode golden = DocArrayGolden.Json("metrics.json")["evaluate"]![0]!;
        DocumentArray documents = [], truth = [];
        foreach (JsonNode? query in golden["queries"]!.AsArray())
        {
            documents.Add(DocArrayGolden.Build(new JsonObject { ["id"] = query!["id"]!.DeepClone(), ["matches"] = query["matches"]!.DeepClone() }));
            truth.Add(DocArrayGolden.Build(new JsonObject { ["id"] = query["id"]!.DeepClone(), ["matches"] = new JsonArray([.. query["truth"]!.AsArray().Select(id => new JsonObject { ["id"] = id!.DeepClone() })]) }));
        }

        IReadOnlyDictionary<string, double> means = documents.Evaluate(
            truth, RetrievalMeasure.PrecisionAt(3), RetrievalMeasure.RecallAt(3), RetrievalMeasure.ReciprocalRank, RetrievalMeasure.SuccessAt(3));
        foreach ((string ours, string theirs) in ((string, string)[])[("P_3", "precision_at_k"), ("recall_3", "recall_at_k"), ("recip_rank", "reciprocal_rank"), ("success_3", "hit_at_k")])
        {
            Assert.Equal((double)golden["result"]![theirs]!, means[ours], 1e-12);
            Assert.Equal(golden["evaluations"]!.AsArray().Select(query => (float)query![theirs]!), documents.Select(document => document.Evaluations[ours].Value));
        }

        JsonNode labelled = DocArrayGolden.Json("metrics.json")["evaluate"]![1]!;
        DocumentArray byTag = DocArrayGolden.Array(labelled["queries"]!);
        Assert.Equal((double)labelled["result"]!["reciprocal_rank"]!, byTag.EvaluateByTag("label", null, RetrievalMeasure.ReciprocalRank)["recip_rank"], 1e-12);
        Assert.Equal((double)labelled["result"]!["average_precision"]!, byTag.EvaluateByTag("label", null, RetrievalMeasure.Map)["map"], 1e-12); // all that is relevant was found
        JsonNode counted = DocArrayGolden.Json("metrics.json")["evaluate"]![2]!;
        Assert.Equal((double)counted["result"]!["recall_at_k"]!, DocArrayGolden.Array(counted["queries"]!).EvaluateByTag("label", new Dictionary<string, int> { ["1"] = 5 }, RetrievalMeasure.RecallAt(2))["recall_2"], 1e-12);
        Assert.Throws<ArgumentException>(() => documents.Evaluate([], RetrievalMeasure.Map));
    }

    [Fact]
    public void Node_OfADocumentOfAnIndex_ComesBackAsIt()
    {
        Document document = new("a", "text") { Title = "title", Metadata = """{"lang":"ko","n":3}""" };
        DocumentNode node = DocumentNode.From(document);
        Assert.Equal("title", (string)node.Tags["title"]!);
        Assert.Equal(document, node.ToDocument());
        node.Uri = "a.txt";
        Assert.Equal("""{"lang":"ko","n":3,"uri":"a.txt"}""", node.ToDocument().Metadata);
        Assert.Null(new DocumentNode("b") { Blob = [1] }.ToDocument().Metadata);
        node.Blob = [1, 2];
        Assert.Equal("", node.Text); // one content takes the place of another
    }

    private static void AssertHits(JsonNode[] expected, IEnumerable<DocumentNode> found)
    {
        DocumentNode[] documents = [.. found];
        Assert.Equal(expected.Length, documents.Length);
        // Of equal distances the reference gives any order.
        foreach ((JsonNode hit, DocumentNode document) in expected.OrderBy(Distance).ThenBy(hit => (string)hit["id"]!, StringComparer.Ordinal).Zip(documents.OrderBy(document => Math.Round(document.Scores.Last().Value.Value, 5)).ThenBy(document => document.Id, StringComparer.Ordinal)))
        {
            Assert.Equal((string)hit["id"]!, document.Id);
            foreach ((string name, JsonNode? score) in hit["scores"]!.AsObject())
            {
                Assert.Equal((float)score!, document.Scores[name].Value, Tolerance);
            }
        }

        static double Distance(JsonNode hit) => Math.Round((double)hit["scores"]!.AsObject().Last().Value!, 5);
    }

    private static DistanceMetric MetricOf(JsonNode answer) => (string?)answer["metric"] switch
    {
        "euclidean" => DistanceMetric.Euclidean,
        "sqeuclidean" => DistanceMetric.SquaredEuclidean,
        _ => DistanceMetric.Cosine,
    };

    private static DocumentNode Vector(string id, params float[] values) => new(id) { Embedding = new NumericArray(values) };

    private static TheoryData<int> Numbers(string name) => [.. Enumerable.Range(0, Answers[name]!.AsArray().Count)];
}
