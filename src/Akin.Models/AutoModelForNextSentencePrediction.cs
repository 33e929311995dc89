using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that says whether one text follows another.</summary>
public abstract class AutoModelForNextSentencePrediction : AutoModel<NextSentenceModel>;
