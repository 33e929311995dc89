using System.CommandLine;
using System.Globalization;
using Akin.Search;
using Akin.Search.Filters;

namespace Akin.Cli.Verbs;

/// <summary>The options that say which documents a search may find, which page of them is wanted, and what is shown of them.</summary>
internal sealed class SelectionFlags
{
    private readonly Option<string?> _filter = new("--filter")
    {
        Description = """Find only documents whose fields fulfil this, such as {"lang": "ko", "price": {"$lt": 50}}: $eq $ne $gt $gte $lt $lte $in $nin $regex $exists $size, joined by $and $or $not.""",
        HelpName = "JSON",
    };

    private readonly Option<int?> _offset = new("--offset") { Description = "Pass over so many of the best documents, to see the next page.", HelpName = "N" };
    private readonly Option<string?> _fields = new("--fields") { Description = "Show these fields in place of the text, with commas: id, title, text or any other, such as lang,maker.name.", HelpName = "NAMES" };
    private readonly Option<string?> _facets = new("--facet") { Description = "Count the values of these fields, with commas, in all the documents that a search chooses from.", HelpName = "NAMES" };

    public SelectionFlags()
    {
        _offset.CustomParser = result =>
        {
            string word = result.Tokens[^1].Value;
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return number;
            }

            result.AddError($"--offset must be 0 or more, and '{word}' is not.");
            return null;
        };
    }

    public IReadOnlyList<Option> All => [_filter, _offset, _fields, _facets];

    /// <exception cref="InvalidFilterException">The filter cannot be understood.</exception>
    public SearchOptions Read(ParseResult arguments) => new()
    {
        Filter = arguments.GetValue(_filter) is { } filter ? DocumentFilter.Parse(filter) : null,
        Offset = arguments.GetValue(_offset) ?? 0,
    };

    /// <summary>The fields to show; none when the text is to be shown.</summary>
    public string[] Fields(ParseResult arguments) => Names(arguments, _fields);

    /// <summary>The fields whose values are counted.</summary>
    public string[] Facets(ParseResult arguments) => Names(arguments, _facets);

    private static string[] Names(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is not { } names ? []
        : names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } some ? some
        : throw new CommandException($"{option.Name} names no field: give it names with commas between, such as lang,maker.name.");
}
