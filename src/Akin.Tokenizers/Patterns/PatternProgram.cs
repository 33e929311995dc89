namespace Akin.Tokenizers.Patterns;

/// <summary>A compiled pattern: its instructions and the tables that they look into.</summary>
internal sealed class PatternProgram
{
    public required Instruction[] Instructions { get; init; }

    public required CharacterClasses Classes { get; init; }

    /// <summary>The places where the branches of each choice start; at most 32.</summary>
    public required int[][] Targets { get; init; }

    /// <summary>For each choice the branches that can start with a character of each class, as bits; the last entry is for the end of the text.</summary>
    public required uint[][] Branches { get; init; }

    /// <summary>The same as a finite automaton; null when it cannot be one.</summary>
    public required PatternAutomaton? Automaton { get; init; }

    public required int RegisterCount { get; init; }

    /// <summary>For each class a 1 if a match can start with it; null when a match may be empty, so that every place must be tried.</summary>
    public required byte[]? Starts { get; init; }

    /// <summary>Whether the pattern starts with an endless repetition of one set, as long as possible: when it fails at a place, it also fails further on in the same run.</summary>
    public required bool StartsWithRun { get; init; }
}
