namespace Akin.Tokenizers.Patterns;

/// <summary>Conditions on a place in the text. As in Oniguruma's Ruby syntax <c>^</c> and <c>$</c> are about lines.</summary>
internal enum AssertionKind
{
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,

    /// <summary>The end of the text, or before a line feed that ends it (<c>\Z</c>).</summary>
    TextEndOrLastLine,
    WordBoundary,
    NotWordBoundary,
}
