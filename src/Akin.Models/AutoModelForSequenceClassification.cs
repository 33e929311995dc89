using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a classifier of texts.</summary>
public abstract class AutoModelForSequenceClassification : AutoModel<SequenceClassificationModel>;
