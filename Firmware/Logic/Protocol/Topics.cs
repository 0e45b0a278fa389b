namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>The MQTT topics of one device.</summary>
    public static class Topics
    {
        public static string Up(string site, string node)
        {
            return "fog/" + site + "/n/" + node + "/up";
        }

        public static string Down(string site, string node)
        {
            return "fog/" + site + "/n/" + node + "/down";
        }

        public static string Will(string site, string node)
        {
            return "fog/" + site + "/n/" + node + "/will";
        }

        public static string Leader(string site, string cluster)
        {
            return "fog/" + site + "/c/" + cluster + "/leader";
        }
    }
}
