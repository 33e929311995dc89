using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model with the heads it was pre-trained with.</summary>
public abstract class AutoModelForPreTraining : AutoModel<PreTrainingModel>;
