using System.CommandLine;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Passages;
using Akin.Server;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin app qa</c>: documents as a page that one asks.</summary>
internal sealed class AppQaVerb : AppVerb
{
    private const int DefaultPassage = 200;

    private readonly Option<string?> _reranker = new("--reranker")
    {
        Description = "A cross-encoder, a folder or its name on the hub, that reads question and document together; by default the nearest sentence decides.",
    };

    public AppQaVerb()
        : base(
            "qa",
            "Answer questions from documents, on a page in the browser: the sentence that answers, and where it stands.",
            "Documents: .jsonl (fields id, title, text; others are kept beside them), .csv or .tsv with a header, or .txt; long ones are cut into passages.",
            "akin app qa --input documents.jsonl",
            "akin app qa --input documents.jsonl --reranker cross-encoder/ms-marco-MiniLM-L6-v2") => Add(_reranker);

    protected override IEnumerable<Document> Documents(string input, SentenceTransformer model)
    {
        EncodeOptions plain = new() { AddSpecialTokens = false };
        PassageSplitter splitter = new(text => model.Tokenizer.Encode(text, options: plain).Offsets, new PassageOptions { Length = DefaultPassage });
        return TextRecords.Read(input)
            .Select(record => new Document(record.Id, record.Text) { Title = record.Title, Metadata = record.Metadata?.ToJsonString() })
            .SelectMany(document => splitter.Places(document.Text).Count == 1 ? [document] : splitter.Split(document));
    }

    protected override void Configure(AkinServerOptions options, ParseResult arguments, SemanticIndex index, CommandContext context)
    {
        if (arguments.GetValue(_reranker) is { } reranker)
        {
            options.Models = [.. options.Models, reranker];
        }
    }
}
