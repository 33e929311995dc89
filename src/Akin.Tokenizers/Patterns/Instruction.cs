namespace Akin.Tokenizers.Patterns;

/// <summary>What an instruction of a compiled pattern does. "Fails" means: goes back to the last choice.</summary>
internal enum OpCode : byte
{
    /// <summary>The match is complete.</summary>
    Accept,

    /// <summary>No match this way.</summary>
    Fail,

    /// <summary>Takes the UTF-16 unit <c>X</c>.</summary>
    Unit,

    /// <summary>Takes a code point of the set <c>X</c>.</summary>
    One,

    /// <summary>Takes code points of the set <c>X</c>, from <c>Y</c> to <c>Z</c> of them, as many as possible first.</summary>
    Greedy,

    /// <summary>The same, as few as possible first.</summary>
    Lazy,

    /// <summary>The same, as many as possible and nothing else.</summary>
    Possessive,

    /// <summary>Goes to <c>X</c>.</summary>
    Jump,

    /// <summary>Tries <c>X</c>, then <c>Y</c>.</summary>
    Split,

    /// <summary>Tries those branches of the choice <c>X</c>, in order, that can start with the next character.</summary>
    Choose,

    /// <summary>Requires the condition <c>X</c> on the place (an <see cref="AssertionKind"/>).</summary>
    Assert,

    /// <summary>Requires a next code point of the set <c>X</c>.</summary>
    Next,

    /// <summary>Requires that no code point of the set <c>X</c> is next.</summary>
    NotNext,

    /// <summary>Remembers the place in register <c>X</c>, until it goes back.</summary>
    Mark,

    /// <summary>Goes to <c>Y</c> when nothing was taken since the place in register <c>X</c>.</summary>
    LeaveIfEmpty,

    /// <summary>Remembers the number of choices in register <c>X</c>.</summary>
    Enter,

    /// <summary>Forgets the choices made since <see cref="Enter"/>.</summary>
    Commit,

    /// <summary>Looks ahead: remembers the place in register <c>X</c> and the number of choices in <c>X + 1</c>.</summary>
    Look,

    /// <summary>Ends looking ahead: returns to the place in register <c>X</c> and forgets the choices made since.</summary>
    Looked,

    /// <summary>As <see cref="Look"/>, and goes on at <c>Y</c> when what follows fails.</summary>
    LookNot,

    /// <summary>What must not be was found: forgets the choices made since <see cref="LookNot"/>, then fails.</summary>
    FoundNot,

    /// <summary>Goes back by <c>X</c> code points.</summary>
    Back,
}

/// <summary>One step of a compiled pattern.</summary>
internal readonly record struct Instruction(OpCode Code, int X = 0, int Y = 0, int Z = 0);
