using System.CommandLine;
using Akin.Models;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model convert</c>: writes a sentence model with weights in another precision or from another format.</summary>
internal sealed class ModelConvertVerb : Verb
{
    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the new model.", Required = true };
    private readonly Option<string> _weights = new("--weights") { Description = "How weights are stored: float32, float16, or int8 with a scale for each row.", DefaultValueFactory = _ => "float32" };

    public ModelConvertVerb()
        : base(
            "convert",
            "Write a sentence model as safetensors, from any format, in a quarter of the size when asked to.",
            "akin model convert --model ./my-model --weights int8 --output ./my-small-model",
            "akin model convert --model ./model.Q4_0.gguf --output ./model")
    {
        _weights.AcceptOnlyFromAmong([.. Enum.GetNames<WeightPrecision>().Select(name => name.ToLowerInvariant())]);
        Add(_model);
        Add(_output);
        Add(_weights);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output);
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        model.SavePretrained(output, Enum.Parse<WeightPrecision>(arguments.GetRequiredValue(_weights), ignoreCase: true), context.Cancellation);
        long bytes = new DirectoryInfo(output).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Output = output, SizeBytes = bytes });
            return;
        }

        context.Output.WriteLine($"{output}: {ModelText.Size(bytes)}");
    }
}
