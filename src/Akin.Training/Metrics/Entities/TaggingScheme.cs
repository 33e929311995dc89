namespace Akin.Training.Metrics.Entities;

/// <summary>How tags say where an entity begins and ends. I is inside, O outside.</summary>
public enum TaggingScheme
{
    /// <summary>I everywhere; B only where an entity follows another of its type (CoNLL-2003 as published).</summary>
    Iob1,

    /// <summary>Every entity begins with B.</summary>
    Iob2,

    /// <summary>I everywhere; E only where another entity of the type follows.</summary>
    Ioe1,

    /// <summary>Every entity ends with E.</summary>
    Ioe2,

    /// <summary>Begins with B and ends with E; S is an entity of one token.</summary>
    Iobes,

    /// <summary>Begins with B and ends with L; U is an entity of one token.</summary>
    Bilou,
}
