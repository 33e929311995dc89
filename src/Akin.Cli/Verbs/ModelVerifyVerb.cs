using System.CommandLine;
using Akin.Hub;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model verify</c>: compares the files of models in the cache with the checksums of the hub.</summary>
internal sealed class ModelVerifyVerb : Verb
{
    private readonly Argument<string[]> _ids = new("models") { Description = "Names of models in the cache; all of them by default.", Arity = ArgumentArity.ZeroOrMore };

    public ModelVerifyVerb()
        : base(
            "verify",
            "Compare the files of models in the cache with their checksums; ends with code 1 when one is damaged or missing.",
            "akin model verify",
            "akin model verify sentence-transformers/all-MiniLM-L6-v2 --json") => Add(_ids);

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        ModelCache cache = new();
        string[] ids = arguments.GetValue(_ids) is { Length: > 0 } given ? given : [.. cache.List().Select(model => model.Id)];
        var files = ids.SelectMany(id =>
            Task.Run(() => cache.VerifyAsync(id, cancellationToken: context.Cancellation)).GetAwaiter().GetResult()
                .Select(file => new { Model = id, file.Commit, File = file.FileName, Status = file.Status.ToString().ToLowerInvariant(), file.Expected, file.Found })).ToList();
        if (context.Json)
        {
            JsonOutput.Write(context, files);
        }
        else
        {
            ModelText.WriteColumns(context.Output, files.Select(file => new[] { file.Status, file.Model, file.Commit, file.File }));
        }

        var broken = files.Where(file => file.Status is "damaged" or "missing").ToList();
        if (broken.Count > 0)
        {
            throw new CommandException(
                $"{broken.Count} of {files.Count} files are damaged or missing: 'akin model remove {broken[0].Model}' and 'akin model download {broken[0].Model}' mend that.");
        }
    }
}
