using System.Text;
using System.Text.Json.Nodes;
using Akin.Search.Documents;

namespace Akin.Search.Tests.Documents;

/// <summary>Files of DocArray 0.21, read and written.</summary>
public sealed class DocumentFileTests
{
    private static readonly JsonObject[] Documents = [.. File.ReadLines(DocArrayGolden.PathTo("documents.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static readonly JsonArray Files = DocArrayGolden.Json("files.json").AsArray();

    public static TheoryData<string> Names => [.. Documents.Select(document => (string)document["name"]!)];

    public static TheoryData<string> BinaryFiles =>
        [.. Files.Select(file => (string?)file!["file"]).OfType<string>().Where(file => file.Contains(".protobuf") && !file.EndsWith(".json") && !file.EndsWith("bz2") && !file.EndsWith("lzma") && !file.EndsWith("lz4"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Protobuf_OfADocument_IsTheReferencesByteForByte(string name)
    {
        JsonObject golden = Golden(name);
        byte[] message = Convert.FromHexString((string)golden["protobuf_hex"]!);
        DocumentNode document = Assert.Single(Read([0x0A, .. Varint(message.Length), .. message], DocumentFileFormat.ProtobufArray));
        AssertEqual(golden["after_protobuf"]!, Described(document));
        if (name is not ("chunks" or "matches"))
        {
            Assert.Equal(message, Message(document)); // map entries in the order they came in; children of children take their place anew
        }

        // Built here, the order of map entries is another: with one entry at most it is the same bytes.
        DocumentNode built = DocArrayGolden.Build(golden["spec"]!.AsObject());
        AssertEqual(golden["after_protobuf"]!, Described(Assert.Single(Read(Written([built], DocumentFileFormat.ProtobufArray), DocumentFileFormat.ProtobufArray))));
        if (built.Tags.Count < 2 && built.Scores.Count < 2)
        {
            Assert.Equal(message, Message(built));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_OfADocument_IsTheReferences(string name)
    {
        JsonObject golden = Golden(name);
        DocumentNode built = DocArrayGolden.Build(golden["spec"]!.AsObject());
        JsonNode protobuf = JsonNode.Parse((string)golden["json_protobuf"]!)!, ours = JsonNode.Parse(Written([built], DocumentFileFormat.ProtobufJson))![0]!;
        AssertEqual(golden["after_json_protobuf"]!, Described(JsonDocumentForm.Read(protobuf, name)));
        if (name == "tags_nested")
        {
            Assert.Equal(9007199254740993, (long)ours["tags"]!["big"]!); // a double there
            Assert.True(protobuf["tags"]!.AsObject().Remove("big") && ours["tags"]!.AsObject().Remove("big"));
        }

        AssertEqual(protobuf, ours);

        JsonNode schema = JsonNode.Parse((string)golden["json_jsonschema"]!["result"]!)!;
        JsonNode written = JsonNode.Parse(Written([built], DocumentFileFormat.Json))![0]!;
        switch (name)
        {
            // There 0 and 1 in tags become false and true, and numbers beyond 2^53 lose their end.
            case "tags_nested":
                foreach (string changed in (string[])["zero", "one", "big"])
                {
                    Assert.True(schema["tags"]!.AsObject().Remove(changed) && written["tags"]!.AsObject().Remove(changed));
                }

                break;
        }

        AssertEqual(schema, written);
        if (golden["after_json_jsonschema"]!["result"] is { } after && name is not ("tags_nested" or "scores"))
        {
            Narrow(after);
            AssertEqual(after, Described(JsonDocumentForm.Read(JsonNode.Parse((string)golden["json_jsonschema"]!["result"]!), name)));
        }
    }

    [Theory]
    [MemberData(nameof(BinaryFiles))]
    public void Load_OfABinaryFile_ReadsWhatTheReferenceReads(string file)
    {
        JsonNode entry = Files.Single(candidate => (string?)candidate!["file"] == file)!;
        JsonNode plain = entry["read_back"] is null
            ? Files.Single(candidate => (string?)candidate!["file"] == $"{entry["array"]}.{entry["protocol"]}")!["read_back"]!
            : entry["read_back"]!;
        // The reference compresses nothing here, whatever the name says.
        DocumentArray documents = file.EndsWith("protobuf-array.zlib", StringComparison.Ordinal)
            ? Read(File.ReadAllBytes(DocArrayGolden.PathTo("files", file)), DocumentFileFormat.ProtobufArray)
            : DocumentFile.Load(DocArrayGolden.PathTo("files", file));
        AssertEqual(plain["result"]!, new JsonArray([.. documents.Select(Described)]));
        if (!file.Contains("zip") && !file.Contains("zlib") && !file.StartsWith("mixed", StringComparison.Ordinal) && !file.StartsWith("rich", StringComparison.Ordinal))
        {
            Assert.Equal(File.ReadAllBytes(DocArrayGolden.PathTo("files", file)), Written(documents, DocumentFile.FormatOf(file).Format));
        }
    }

    [Theory]
    [InlineData("text.ndjson", "t1 t2 t3")]
    [InlineData("rich.jsonschema.json", "t3 u1 b1 n1 n2 m1 g1 a1 s1 c0 q0")]
    [InlineData("mixed.protobuf.json", "e0 t1 t2 t3 t4 t5 u1 b1 b2 n1 n2 n3 n4 n5 n6 m1 m2 g1 a1 s1 c0 q0 l1 v1 v2 v3")]
    [InlineData("csv_uniform.csv", "v1 v2 v3")]
    public void Load_OfATextFile_ReadsEveryDocument(string file, string ids) =>
        Assert.Equal(ids.Split(' '), DocumentFile.Load(DocArrayGolden.PathTo("files", file)).Select(document => document.Id));

    [Fact]
    public void Load_OfCsv_ReadsFieldsAndTagsAsTexts()
    {
        DocumentArray rows = DocumentFile.Load(DocArrayGolden.PathTo("files", "in_plain.csv"));
        Assert.Equal(["Hello, you", "안녕", "two\nlines"], rows.Select(row => row.Text));
        Assert.Equal("""{"lang":"zh","price":"x"}""", rows[2].Tags.ToJsonString());
        DocumentNode own = DocumentFile.Load(DocArrayGolden.PathTo("files", "csv_uniform.csv"))[0];
        Assert.Equal((0.5f, 3, """{"lang":"en","price":"3.0","ok":"True"}"""), (own.Weight, own.Embedding!.Count, own.Tags.ToJsonString()));
        Assert.Equal([0.5f, 2], DocumentFile.Load(DocArrayGolden.PathTo("files", "in_uri.csv")).Select(row => row.Weight));
    }

    [Theory]
    [InlineData(DocumentFileFormat.ProtobufArray)]
    [InlineData(DocumentFileFormat.Protobuf)]
    [InlineData(DocumentFileFormat.Json)]
    [InlineData(DocumentFileFormat.ProtobufJson)]
    [InlineData(DocumentFileFormat.JsonLines)]
    public void Read_OfWhatWasWritten_GivesTheSameDocuments(DocumentFileFormat format)
    {
        bool losesKinds = format is DocumentFileFormat.Json or DocumentFileFormat.JsonLines;
        DocumentArray documents = new(Documents.Select(golden => DocArrayGolden.Build(golden["spec"]!.AsObject())).Where(document => !losesKinds || (document.Tensor is null && document.Embedding is null)));
        foreach (DocumentCompression compression in Enum.GetValues<DocumentCompression>())
        {
            using MemoryStream stream = new();
            DocumentFile.Write(documents, stream, format, compression);
            stream.Position = 0;
            foreach ((DocumentNode before, DocumentNode after) in documents.Zip(DocumentFile.Read(stream, format, compression)))
            {
                Settle(before);
                JsonObject expected = DocArrayGolden.Describe(before);
                if (format is DocumentFileFormat.Protobuf or DocumentFileFormat.ProtobufArray && expected["tags"]?["big"] is not null)
                {
                    expected["tags"]!["big"] = 9007199254740992; // numbers are doubles there
                }

                AssertEqual(expected, DocArrayGolden.Describe(after));
            }
        }
    }

    [Fact]
    public void Csv_OfWhatWasWritten_GivesTextsUrisWeightsAndEmbeddings()
    {
        DocumentArray documents =
        [
            new DocumentNode("a") { Text = "one, \"two\"\nthree", Weight = 0.25f, Embedding = new NumericArray([1.5f, -2]), Tags = new JsonObject { ["lang"] = "ko", ["n"] = 3 } },
            new DocumentNode("b") { Uri = "b.png", Tags = new JsonObject { ["other"] = "" } },
        ];
        DocumentArray back = Read(Written(documents, DocumentFileFormat.Csv), DocumentFileFormat.Csv);
        Assert.Equal((documents[0].Text, 0.25f, "b.png"), (back[0].Text, back[0].Weight, back[1].Uri));
        Assert.Equal([1.5f, -2], back[0].Embedding!.ToSingles());
        Assert.Equal("""{"lang":"ko","n":"3","other":""}""", back[0].Tags.ToJsonString());
    }

    [Fact]
    public void Save_ThenLoad_ByTheFilesName()
    {
        using TemporaryFolder folder = new();
        DocumentArray documents = [new DocumentNode("a") { Text = "한국어", Tags = new JsonObject { ["n"] = 1 } }];
        foreach (string name in (string[])["a.jsonl", "a.json", "a.csv", "a.protobuf", "a.protobuf-array", "a.protobuf.gz", "a.jsonl.gzip", "a.json.zlib"])
        {
            DocumentFile.Save(documents, folder[name]);
            Assert.Equal("한국어", Assert.Single(DocumentFile.Load(folder[name])).Text);
        }

        Assert.Equal(8, Directory.GetFiles(folder.Path).Length);
        DocumentArray broken = [new DocumentNode("x") { Weight = float.NaN }];
        Assert.Contains("no word", Assert.Throws<DocumentFormatException>(() => DocumentFile.Save(broken, folder["a.json"])).Message, StringComparison.Ordinal);
        Assert.Equal("한국어", DocumentFile.Load(folder["a.json"])[0].Text); // the former one is still there
        Assert.Equal(8, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData("mixed.pickle", "can run any code")]
    [InlineData("mixed.protobuf.lz4", "gzip and zlib are")]
    [InlineData("documents", "does not tell the form")]
    public void FormatOf_OfWhatIsNotRead_SaysWhy(string name, string reason) =>
        Assert.Contains(reason, Assert.Throws<DocumentFormatException>(() => DocumentFile.FormatOf(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[1]", "a document must be a JSON object")]
    [InlineData("{}", "a JSON list")]
    [InlineData("[{", "not JSON")]
    [InlineData("""[{"text":5}]""", "document 0, text: a text is wanted; found 5")]
    [InlineData("""[{},{"embedding":[[1],[2,3]]}]""", "document 1, embedding: the lists of an array are not equally long: 1 and 2")]
    [InlineData("""[{"embedding":[1,"x"]}]""", "a number is wanted")]
    [InlineData("""[{"tensor":{"dense":{"buffer":"AAAA","shape":[2],"dtype":"<f4"}}}]""", "does not have 3 bytes")]
    [InlineData("""[{"tensor":{"dense":{"buffer":"","shape":[0],"dtype":"<c8"}}}]""", "kind '<c8'")]
    [InlineData("""[{"tensor":{"dense":{"buffer":"","shape":[2147483647,2147483647,2147483647,2147483647],"dtype":"|u1"}}}]""", "does not have 0 bytes")]
    [InlineData("""[{"blob":"?"}]""", "base64")]
    [InlineData("""[{"chunks":[{"weight":"x"}]}]""", "document 0, chunks[0], weight: a number is wanted")]
    public void Read_OfJsonThatIsNoDocument_NamesThePlace(string json, string finding) =>
        Assert.Contains(finding, Assert.Throws<DocumentFormatException>(() => Read(Encoding.UTF8.GetBytes(json), DocumentFileFormat.Json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a,a\n1,2", "twice")]
    [InlineData("id,text\n1", "line 2: the row has 1 cells")]
    [InlineData("id\n\"x", "line 2: a quotation mark")]
    [InlineData("id,weight\n1,heavy", "'heavy', not a number")]
    [InlineData("", "no header")]
    public void Read_OfCsvThatIsNone_NamesTheLine(string table, string finding) =>
        Assert.Contains(finding, Assert.Throws<DocumentFormatException>(() => Read(Encoding.UTF8.GetBytes(table), DocumentFileFormat.Csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OfDamagedBytes_GivesDocumentsOrATypedError()
    {
        byte[] whole = File.ReadAllBytes(DocArrayGolden.PathTo("files", "rich.protobuf")), array = File.ReadAllBytes(DocArrayGolden.PathTo("files", "rich.protobuf-array"));
        byte[] packed = File.ReadAllBytes(DocArrayGolden.PathTo("files", "rich.protobuf-array.gzip"));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<DocumentFormatException>(() => Read(whole[..length], DocumentFileFormat.Protobuf));
        }

        Random random = new(11);
        foreach ((byte[] bytes, DocumentFileFormat format, DocumentCompression compression) in ((byte[], DocumentFileFormat, DocumentCompression)[])
            [(whole, DocumentFileFormat.Protobuf, DocumentCompression.None), (array, DocumentFileFormat.ProtobufArray, DocumentCompression.None), (packed, DocumentFileFormat.ProtobufArray, DocumentCompression.Gzip)])
        {
            for (int i = 0; i < 1500; i++)
            {
                byte[] damaged = [.. bytes];
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                try
                {
                    using MemoryStream stream = new(damaged);
                    DocumentFile.Read(stream, format, compression);
                }
                catch (DocumentFormatException)
                {
                    // Said in words.
                }
            }
        }

        byte[] deep = [];
        for (int i = 0; i < 300; i++)
        {
            deep = [0x72, .. Varint(deep.Length), .. deep];
        }

        Assert.Contains("nested", Assert.Throws<DocumentFormatException>(() => Read([0x0A, .. Varint(deep.Length), .. deep], DocumentFileFormat.ProtobufArray)).Message, StringComparison.Ordinal);
        Assert.Contains("announced", Assert.Throws<DocumentFormatException>(() => Read([1, 255, 255, 255, 255, 255, 255, 255, 255], DocumentFileFormat.Protobuf)).Message, StringComparison.Ordinal);
    }

    private static JsonObject Golden(string name) => Documents.Single(document => (string)document["name"]! == name);

    private static DocumentArray Read(byte[] content, DocumentFileFormat format)
    {
        using MemoryStream stream = new(content);
        return DocumentFile.Read(stream, format);
    }

    private static byte[] Written(DocumentArray documents, DocumentFileFormat format)
    {
        using MemoryStream stream = new();
        DocumentFile.Write(documents, stream, format);
        return stream.ToArray();
    }

    /// <summary>Children of children take their place anew, from the top, as they do in a reader.</summary>
    private static void Settle(DocumentNode document)
    {
        foreach (DocumentArray children in (DocumentArray[])[document.Chunks, document.Matches])
        {
            for (int i = 0; i < children.Count; i++)
            {
                children[i] = children[i];
                Settle(children[i]);
            }
        }
    }

    /// <summary>Weights and scores are float32 here, and whatever was read there.</summary>
    private static void Narrow(JsonNode? described)
    {
        if (described is JsonObject fields)
        {
            foreach (string name in fields.Select(field => field.Key).ToArray())
            {
                if (name is "weight" or "value")
                {
                    fields[name] = (double)(float)(double)fields[name]!;
                }
                else
                {
                    Narrow(fields[name]);
                }
            }
        }
        else if (described is JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                Narrow(item);
            }
        }
    }

    /// <summary>An empty array keeps its kind here; there it comes back as float64.</summary>
    private static JsonObject Described(DocumentNode document)
    {
        JsonObject described = DocArrayGolden.Describe(document);
        if (document.Tensor is { Count: 0 })
        {
            described["tensor"]!["dtype"] = "float64";
        }

        return described;
    }

    private static byte[] Message(DocumentNode document) => ProtobufDocument.Write(document).ToArray();

    private static byte[] Varint(int number)
    {
        List<byte> bytes = [];
        for (; number > 0x7F; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        return [.. bytes, (byte)number];
    }

    private static void AssertEqual(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\n     got {actual.ToJsonString()}");
}
