using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Akin.Cli.Verbs;
using Akin.Search.Storage;

namespace Akin.Cli;

/// <summary>The <c>akin</c> command: its verbs, the options they all share, and what a run's end means for the exit code.</summary>
internal static class AkinCommand
{
    /// <summary>Every verb by the word that calls it; a new one is a class in <c>Verbs/</c> and a line in this list.</summary>
    private static readonly (string Word, Func<Command> Make)[] Verbs =
    [
        ("quickstart", () => new QuickstartVerb()),
        ("embed", () => new EmbedVerb()),
        ("tokenize", () => new TokenizeVerb()),
        ("tokenizer", () => new VerbGroup(
            "tokenizer", "Train tokenizers, look at them, convert them.", new TokenizerTrainVerb(), new TokenizerInfoVerb(), new TokenizerConvertVerb())),
        ("index", () => new VerbGroup(
            "index", "Store documents with their vectors, and look after them.",
            new IndexAddVerb(), new IndexListVerb(), new IndexDeleteVerb(), new IndexInfoVerb(), new IndexVerifyVerb(),
            new IndexBackupVerb(), new IndexRestoreVerb(), new IndexCompactVerb(), new IndexExportVerb(), new IndexImportVerb())),
        ("search", () => new SearchVerb()),
        ("rerank", () => new RerankVerb()),
        ("mcp", () => new McpVerb()),
        ("serve", () => new ServeVerb()),
        ("app", () => new VerbGroup("app", "Applications that are ready to run: a file in, a page in the browser out.", new AppFaqVerb(), new AppQaVerb())),
        ("train", () => new VerbGroup(
            "train", "Teach a model your own task.",
            new TrainSentenceVerb(), new TrainCrossEncoderVerb(), new TrainClassifierVerb(), new TrainTokensVerb(), new TrainQaVerb(), new TrainMultipleChoiceVerb(),
            new TrainMlmVerb(), new TrainCausalLmVerb(), new TrainSeq2SeqVerb(), new TrainCreateDataVerb(), new TrainDistillVerb(), new TrainRunClassifierVerb())),
        ("run", () => new RunVerb()),
        ("predict", () => new PredictVerb()),
        ("mine", () => new MineVerb()),
        ("pairs", () => new PairsVerb()),
        ("eval", () => new VerbGroup("eval", "Measure how good a model is.", new EvalStsVerb(), new EvalRetrievalVerb())),
        ("bench", () => new VerbGroup(
            "bench", "Measure speed, beside what the hardware can do.",
            new BenchEncodeVerb(), new BenchTokenizeVerb(), new BenchIndexVerb(), new BenchGenerateVerb(), new BenchKernelsVerb(), new BenchServeVerb())),
        ("model", () => new VerbGroup(
            "model", "List, fetch, check, convert and remove models.",
            new ModelListVerb(), new ModelInfoVerb(), new ModelDownloadVerb(), new ModelRemoveVerb(), new ModelVerifyVerb(), new ModelConvertVerb(), new ModelWhitenVerb(), new ModelAlignVerb())),
    ];

    /// <summary>The command with all its verbs, or with the one that is called: describing the options of all takes longer than many a verb runs.</summary>
    /// <param name="word">The first word of a command line; where it is no verb's, all verbs are there to choose from. Default: all.</param>
    public static RootCommand Create(string? word = null)
    {
        RootCommand root = new("Understand and search text by meaning, with transformer models on the CPU.");
        (string Word, Func<Command> Make)[] called = [.. Verbs.Where(verb => verb.Word == word)];
        foreach ((_, Func<Command> make) in called.Length > 0 ? called : Verbs)
        {
            root.Add(make());
        }

        root.Add(SharedOptions.Json);
        root.Add(SharedOptions.Threads);
        root.Add(SharedOptions.Quiet);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    public static int Run(string[] args)
    {
        if (args is ["search", ..])
        {
            _ = Task.Run(DocumentStore.WarmUp); // beside the options, which take as long to describe and to read
        }

        // A query may begin with '@': it is text, not the name of a file with more arguments.
        ParseResult parsed = Create(args.FirstOrDefault()).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return UsageError.Report(parsed);
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>The usual help, and below it the verb's examples.</summary>
    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
            {
                Console.Out.WriteLine("Examples:");
                foreach (string example in verb.Examples)
                {
                    Console.Out.WriteLine("  " + example);
                }

                Console.Out.WriteLine();
            }

            return code;
        }
    }
}
