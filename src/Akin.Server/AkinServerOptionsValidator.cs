using Microsoft.Extensions.Options;

namespace Akin.Server;

/// <summary>Checks the bounds that the attributes of <see cref="AkinServerOptions"/> state; its code is generated.</summary>
[OptionsValidator]
internal sealed partial class AkinServerOptionsValidator : IValidateOptions<AkinServerOptions>;
