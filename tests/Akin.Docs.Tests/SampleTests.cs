namespace Akin.Docs.Tests;

/// <summary>Runs every single-file program of <c>samples/</c>.</summary>
[Collection(ModelServerCollection.Name)]
public sealed class SampleTests(ModelServer server) : IDisposable
{
    /// <summary>What each program writes, among other things, when it is run as it stands.</summary>
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        ["faq-chatbot.cs"] = ["Come in person with the old passport", "I do not know."],
        ["find-duplicates.cs"] = ["n01 Storm closes the harbour of Port Elin  =  n02", "n06 중앙은행, 기준금리 동결  =  n07"],
        ["legal-qa.cs"] = ["The landlord may ask for a deposit of at most two months' rent.", "Source: 한빛주 임대차법, Art. 8", "Source: 临海市租赁条例, Art. 11"],
        ["parallel-map.cs"] = ["the results are equal.", "3 characters", "no text: NullReferenceException", "5 characters"],
        ["news-search.cs"] = ["Central bank leaves interest rates as they are", "중앙은행, 기준금리 동결", "地铁三号线延长线开通"],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-sample-").FullName;

    public static TheoryData<string> Samples() => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_WithTheModelThatComesWithAkin_Runs(string file)
    {
        string output = Run(file, new Dictionary<string, string>());
        Assert.All(Expected[file], part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [SharedFact(ModelServer.Model)]
    public void Sample_WithAModelOfTheHub_Runs() =>
        Assert.Contains("Access with a wheelchair or pram", Run("search.cs", server.Variables), StringComparison.Ordinal);

    [Fact]
    public void EverySample_IsRunByATest() => Assert.Equal(
        Expected.Keys.Append("search.cs").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.cs").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What the programs refer to was built before the tests: building it once more for each of them takes longer than all else, and disturbs tests that run meanwhile.
    private string Run(string file, IReadOnlyDictionary<string, string> variables) =>
        Shell.Run($"dotnet run -c Release --property:BuildProjectReferences=false '{Path.Combine(Repository.Root, "samples", file)}'", _folder, variables);
}
