using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Akin.Kernels;
using Akin.Search.Graph;

namespace Akin.Search.Tests.Graph;

public sealed class HnswlibFileTests : IDisposable
{
    private const int Dimension = 16;
    private const double DistanceTolerance = 1e-5;

    private readonly TemporaryFolder _temporary = new();

    public static TheoryData<string, VectorMetric> Files => new()
    {
        { "l2", VectorMetric.Euclidean },
        { "ip", VectorMetric.Dot },
        { "cosine", VectorMetric.Cosine },
        { "l2-deleted", VectorMetric.Euclidean },
    };

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void ImportHnswlib_Search_AnswersAsHnswlibDoes(string name, VectorMetric metric)
    {
        HnswIndex index = HnswIndex.ImportHnswlib(PathOf(name), metric);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("search", "ann", "small", "hnswlib.json")));
        float[][] queries = Queries();
        Assert.Equal(name == "l2-deleted" ? 100 : 0, index.PendingRepairs);
        Assert.Equal(300 - index.PendingRepairs, index.Count);
        foreach (JsonElement answer in golden.RootElement.GetProperty(name).GetProperty("answers").EnumerateArray())
        {
            HnswSearchOptions options = new() { EfSearch = answer.GetProperty("ef").GetInt32(), Method = HnswSearchMethod.Walk };
            for (int query = 0; query < queries.Length; query++)
            {
                GraphHit[] hits = index.Search(queries[query], answer.GetProperty("k").GetInt32(), options);
                Assert.Equal(answer.GetProperty("labels")[query].Deserialize<long[]>(), hits.Select(hit => hit.Key));
                double[] distances = answer.GetProperty("distances")[query].Deserialize<double[]>()!;
                for (int i = 0; i < hits.Length; i++)
                {
                    double distance = metric == VectorMetric.Euclidean ? (double)hits[i].Score * hits[i].Score : 1 - hits[i].Score;
                    Assert.Equal(distances[i], distance, DistanceTolerance);
                }
            }
        }
    }

    [Fact]
    public void ImportHnswlib_ThenRepairAddAndRemove_IsAnIndexLikeAnyOther()
    {
        HnswIndex index = HnswIndex.ImportHnswlib(PathOf("l2-deleted"), VectorMetric.Euclidean);
        index.Repair();
        Assert.Equal(0, index.Verify());
        float[] query = Queries()[0];
        index.Add(5, query);
        Assert.Equal(5, index.Search(query, 1, new HnswSearchOptions { Method = HnswSearchMethod.Walk })[0].Key);
        Assert.True(index.Remove(1003));
        Assert.Equal(200, index.Count);
    }

    [Fact]
    public void ImportHnswlib_FileCutAnywhere_IsRefusedByName()
    {
        // Every byte of the header and of the first elements, and every seventh of the others.
        byte[] whole = File.ReadAllBytes(PathOf("l2"));
        for (int length = 0; length < whole.Length; length += length < 600 ? 1 : 7)
        {
            using MemoryStream cut = new(whole, 0, length, writable: false);
            GraphFormatException error = Assert.Throws<GraphFormatException>(() => HnswlibFile.Read("cut.bin", cut, VectorMetric.Euclidean, VectorPrecision.Float32));
            Assert.StartsWith("cut.bin, byte ", error.Message);
        }

        string path = _temporary["cut.bin"];
        File.WriteAllBytes(path, whole[..^1]);
        Assert.StartsWith(path, Assert.Throws<GraphFormatException>(() => HnswIndex.ImportHnswlib(path, VectorMetric.Euclidean)).Message);
    }

    [Fact]
    public void ImportHnswlib_AnyBitFlipped_IsReadOrRefused()
    {
        byte[] whole = File.ReadAllBytes(PathOf("l2"));
        string path = _temporary["flipped.bin"];
        Random random = new(21);
        int refused = 0;
        for (int round = 0; round < 150; round++)
        {
            int bit = random.Next(8 * (round % 2 == 0 ? 96 : whole.Length));
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, flipped);
            try
            {
                HnswIndex index = HnswIndex.ImportHnswlib(path, VectorMetric.Euclidean);
                Assert.Equal(10, index.Search(Queries()[round % 20], 10).Length);
            }
            catch (GraphFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 50, 149);
    }

    [Theory]
    [InlineData(0, 8UL, "offset_level0 is 8")]
    [InlineData(16, ulong.MaxValue, "element_count")]
    [InlineData(24, 7UL, "size_per_element")]
    [InlineData(32, 3UL, "label_offset")]
    [InlineData(56, 9UL, "max_m is 9")]
    [InlineData(88, 0UL, "ef_construction is 0")]
    public void ImportHnswlib_HeaderWord_IsCheckedByName(int offset, ulong value, string finding)
    {
        byte[] file = File.ReadAllBytes(PathOf("l2"));
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
        string path = _temporary["header.bin"];
        File.WriteAllBytes(path, file);
        Assert.Contains(finding, Assert.Throws<GraphFormatException>(() => HnswIndex.ImportHnswlib(path, VectorMetric.Euclidean)).Message);
    }

    [Fact]
    public void ImportHnswlib_WrongMetric_IsNamed() =>
        Assert.Contains("name the metric", Assert.Throws<GraphFormatException>(() => HnswIndex.ImportHnswlib(PathOf("l2"), VectorMetric.Cosine)).Message);

    private static string PathOf(string name) => Repository.Golden("search", "ann", "small", $"hnswlib.{name}.bin");

    private static float[][] Queries()
    {
        byte[] file = File.ReadAllBytes(Repository.Golden("search", "ann", "small", "vectors.safetensors"));
        int headerBytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerBytes));
        JsonElement offsets = header.RootElement.GetProperty("queries").GetProperty("data_offsets");
        ReadOnlySpan<byte> bytes = file.AsSpan((8 + headerBytes + offsets[0].GetInt32())..(8 + headerBytes + offsets[1].GetInt32()));
        return [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Chunk(Dimension)];
    }
}
