using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;

return await FogCommand.Run(args, Terminal.OfProcess());
