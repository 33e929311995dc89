namespace Akin.Training.Losses.CrossEncoders;

/// <summary>How much a pair of documents counts in <see cref="LambdaLoss"/>, from gains (2^label − 1, divided by the best possible DCG) and ranks.</summary>
public enum LambdaWeighting
{
    /// <summary>Every pair counts 1: RankNet.</summary>
    None,

    /// <summary>A pair counts its first document's gain, discounted by its rank; all pairs, also those of equal labels.</summary>
    NDCGLoss1,

    /// <summary>The difference of the gains times that of the discounts one rank apart at the pair's distance: a tighter bound of NDCG.</summary>
    NDCGLoss2,

    /// <summary>The difference of the gains times that of the discounts: what swapping the two would change.</summary>
    LambdaRank,

    /// <summary>10 times NDCGLoss2 plus LambdaRank.</summary>
    NDCGLoss2PlusPlus,
}
