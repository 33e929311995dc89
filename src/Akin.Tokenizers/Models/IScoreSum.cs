namespace Akin.Tokenizers.Models;

/// <summary>How the scores of a path are added: ties between paths depend on how they are rounded.</summary>
internal interface IScoreSum
{
    static abstract double Add(double score, double more);
}
