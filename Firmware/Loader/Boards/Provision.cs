using System;
using System.Collections;
using System.Text;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Identity;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Boards
{
    /// <summary>What a board is given once, as a text file: its claim, its network, whose releases it takes (docs/firmware.md).</summary>
    /// <remarks>
    /// Lines of <c>name = value</c>; empty ones and those that begin with <c>#</c> are passed over. <c>claim</c> and <c>ssid</c>
    /// must be there; <c>release-key</c> may be there four times, <c>sensor</c> eight times.
    /// </remarks>
    public sealed class Provision
    {
        public const int FileBytesMax = 4096;

        public const int SensorsMax = 8;

        private readonly ArrayList releaseKeys = new ArrayList();
        private readonly ArrayList sensors = new ArrayList();

        private Provision()
        {
        }

        public Claim Claim { get; private set; }

        public string Ssid { get; private set; }

        /// <summary>Of the access point; empty: an open one. Never logged.</summary>
        public string Password { get; private set; } = "";

        /// <summary>Version of the firmware that is put on the board by hand: major·65536 + minor·256 + patch.</summary>
        public uint FirmwareVersion { get; private set; } = 0x000100;

        public int PeriodMillis { get; private set; } = 60000;

        public int DutyPermille { get; private set; } = 100;

        /// <summary>What the self-test printed; the default is an ESP32's at 240 MHz, estimated (docs/virtual-devices.md).</summary>
        public int FuelPerSecond { get; private set; } = 170000;

        /// <exception cref="ArgumentException">A line is none, or something is missing; the message names it, and no value.</exception>
        public static Provision Parse(byte[] file)
        {
            if (file.Length > FileBytesMax)
            {
                throw new ArgumentException("the provision is too long");
            }

            Provision provision = new Provision();
            int start = 0;
            for (int i = 0; i <= file.Length; i++)
            {
                if (i == file.Length || file[i] == '\n')
                {
                    provision.Take(Encoding.UTF8.GetString(file, start, i - start).Trim());
                    start = i + 1;
                }
            }

            if (provision.Claim == null || provision.Ssid == null || provision.Ssid.Length == 0)
            {
                throw new ArgumentException("the provision needs claim and ssid");
            }

            return provision;
        }

        public AnalogSensor[] Sensors()
        {
            AnalogSensor[] all = new AnalogSensor[sensors.Count];
            sensors.CopyTo(all);
            return all;
        }

        /// <param name="board">As releases name it.</param>
        public ReleaseTrust TrustOf(string board)
        {
            RsaKey[] keys = new RsaKey[releaseKeys.Count];
            releaseKeys.CopyTo(keys);
            return new ReleaseTrust(board, keys);
        }

        private void Take(string line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return;
            }

            int sign = line.IndexOf('=');
            if (sign < 0)
            {
                throw new ArgumentException("a line of the provision has no =");
            }

            string value = line.Substring(sign + 1).Trim();
            switch (line.Substring(0, sign).Trim())
            {
                case "claim":
                    Claim = Claim.Parse(value);
                    Require(Claim != null, "the provision's claim is none, or was copied wrongly");
                    break;
                case "ssid":
                    Ssid = value;
                    break;
                case "password":
                    Password = value;
                    break;
                case "release-key":
                    byte[] modulus = Hexadecimal.Bytes(value);
                    RsaKey key = modulus == null ? null : RsaKey.Of(modulus);
                    Require(key != null, "the provision's release-key is no RSA modulus of 2048 or 3072 bits in hexadecimal digits");
                    Require(releaseKeys.Count < ReleaseTrust.KeysMax, "the provision has more than four release keys");
                    releaseKeys.Add(key);
                    break;
                case "firmware":
                    FirmwareVersion = Version(value);
                    break;
                case "period":
                    PeriodMillis = Number(value, 100, 24 * 3600 * 1000, "the provision's period has 100 ms to 24 h");
                    break;
                case "duty":
                    DutyPermille = Number(value, 1, 1000, "the provision's duty has 1 to 1000 per mille");
                    break;
                case "fuel":
                    FuelPerSecond = Number(value, 1, int.MaxValue, "the provision's fuel is a number of units a second");
                    break;
                case "sensor":
                    Require(sensors.Count < SensorsMax, "the provision has more than eight sensors");
                    sensors.Add(Sensor(value.Split(new char[] { ' ' })));
                    break;
                default:
                    throw new ArgumentException("the provision has a line of no known name");
            }
        }

        private static AnalogSensor Sensor(string[] words)
        {
            const string Wrong = "the provision's sensor is NAME adc CHANNEL LOW HIGH, the last two with six decimals and a million at most";
            Require(words.Length == 5 && words[1] == "adc" && words[0].Length >= 1 && words[0].Length <= 32, Wrong);
            for (int i = 0; i < words[0].Length; i++)
            {
                char c = words[0][i];
                Require((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-', Wrong);
            }

            return new AnalogSensor(words[0], Number(words[2], 0, 255, Wrong), Millionths(words[3], Wrong), Millionths(words[4], Wrong));
        }

        private static long Millionths(string text, string otherwise)
        {
            bool isNegative = text.Length > 0 && text[0] == '-';
            int start = isNegative ? 1 : 0;
            int dot = text.IndexOf('.');
            int end = dot < 0 ? text.Length : dot;
            long whole = Number(text.Substring(start, end - start), 0, 1000000, otherwise);
            long fraction = 0;
            if (dot >= 0)
            {
                string decimals = text.Substring(dot + 1);
                Require(decimals.Length <= 6, otherwise);
                fraction = Number(decimals, 0, 999999, otherwise);
                for (int i = decimals.Length; i < 6; i++)
                {
                    fraction *= 10;
                }
            }

            long value = (whole * 1000000) + fraction;
            return isNegative ? -value : value;
        }

        private static uint Version(string text)
        {
            const string Wrong = "the provision's firmware is a version like 1.2.0";
            uint version = 0;
            int start = 0;
            for (int part = 0; part < 3; part++)
            {
                int dot = part < 2 ? text.IndexOf('.', start) : text.Length;
                Require(dot >= 0, Wrong);
                version = (version << 8) | (uint)Number(text.Substring(start, dot - start), 0, part == 0 ? 65535 : 255, Wrong);
                start = dot + 1;
            }

            Require(version > 0, Wrong);
            return version;
        }

        // int.Parse differs between platforms in what it lets pass.
        private static int Number(string text, int min, int max, string otherwise)
        {
            long value = 0;
            Require(text.Length > 0 && text.Length <= 10, otherwise);
            for (int i = 0; i < text.Length; i++)
            {
                Require(text[i] >= '0' && text[i] <= '9', otherwise);
                value = (value * 10) + (text[i] - '0');
            }

            Require(value >= min && value <= max, otherwise);
            return (int)value;
        }

        private static void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new ArgumentException(otherwise);
            }
        }
    }
}
