using Akin.Cli;

return AkinCommand.Run(args);
