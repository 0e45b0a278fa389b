using Fog.Firmware.Device.Host;
using Fog.Firmware.Device.SelfTest;

switch (args)
{
    case []:
        return new SelfTestRun(new DotNetHost(Console.Out)).Run() ? 0 : 1;
    case ["material", var agent, var folder]:
        foreach (var (name, source) in MaterialFiles.Of(new DotNetHost(Console.Out, File.ReadAllBytes(agent))))
            File.WriteAllText(Path.Combine(folder, name), source);
        return 0;
    default:
        Console.Error.WriteLine("The self-test of the firmware: no arguments, or: material AGENT.pe FOLDER");
        return 2;
}
