using Akin.Models.Heads;

namespace Akin.Models;

/// <summary>Loads a model that reads one text and writes another.</summary>
public abstract class AutoModelForSeq2SeqLM : AutoModel<Seq2SeqLanguageModel>;
