using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary>The options that say where a file has texts and what is to choose from.</summary>
/// <param name="text">The option of the text's column, which others may share.</param>
internal sealed class ChoiceOptions(Option<string> text)
{
    private readonly Option<string?> _start = new("--start") { Description = "The column of what every choice begins with, such as SWAG's sent2." };
    private readonly Option<string> _choices = new("--choices")
    {
        Description = "The columns of the choices with commas between them, or one column that holds a list (or texts between |).",
        DefaultValueFactory = _ => "choices",
    };

    public IReadOnlyList<Option> All => [text, _start, _choices];

    public ChoiceColumns Read(ParseResult arguments) => new()
    {
        Text = arguments.GetRequiredValue(text),
        Start = arguments.GetValue(_start),
        Choices = arguments.GetRequiredValue(_choices).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };
}
