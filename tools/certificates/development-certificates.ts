import { type ProcessName, processNames, serviceNames } from '../stack/process-names.ts';
import { createAuthority, type Validity } from './authority.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A clock that is behind ours must not take a new certificate for one of the future. */
const skewMs = 5 * 60 * 1000;
const loopback = ['localhost', '127.0.0.1', '::1'];

/** Who has a certificate: the processes, and whoever calls them by hand. */
export const holders = [...processNames, 'operator'] as const satisfies readonly (ProcessName | 'operator')[];

/** A file's name and what is in it, in PEM. */
export interface CertificateFile {
  name: string;
  content: string;
  isPrivate: boolean;
}

/**
 * A new authority, and a certificate and a key for each holder.
 *
 * Only the services' hold for a host. Those that are clients alone cannot be shown to one in a service's place.
 *
 * @param hosts further names and addresses of the services
 */
export async function developmentCertificates(days: number, hosts: readonly string[] = []): Promise<CertificateFile[]> {
  const validity: Validity = { from: new Date(Date.now() - skewMs), until: new Date(Date.now() + days * dayMs) };
  const authority = await createAuthority('Contract Reviewer development CA', validity);
  const servers: ReadonlySet<string> = new Set(serviceNames);
  const issued = await Promise.all(
    holders.map(async (name) => {
      const { certificate, key } = await authority.issue({
        name,
        hosts: servers.has(name) ? [name, ...loopback, ...hosts] : [name],
        uses: servers.has(name) ? ['server', 'client'] : ['client'],
        validity,
      });
      return [
        { name: `${name}.crt`, content: certificate, isPrivate: false },
        { name: `${name}.key`, content: key, isPrivate: true },
      ];
    }),
  );
  return [{ name: 'ca.crt', content: authority.certificate, isPrivate: false }, ...issued.flat()];
}
