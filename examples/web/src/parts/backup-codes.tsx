import { useApp } from '../context.ts'
import { CopyButton } from './copy-button.tsx'
import { Icon } from './icon.tsx'
import { NoticeBox } from './notice.tsx'

/** Shown once: to copy, or to keep as a file. */
export function BackupCodes({ codes, hint }: { codes: string[]; hint: string }) {
  const { t } = useApp()
  const text = codes.join('\n')
  const download = () => {
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: address, download: 'omnicrm-backup-codes.txt' })
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <div class="backup-codes">
      <NoticeBox kind="warning">{hint}</NoticeBox>
      <ul dir="ltr">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="buttons start">
        <CopyButton text={text} label={t.enrolment.copyCodes} />
        <button type="button" class="button quiet" onClick={download}>
          <Icon name="download" />
          {t.enrolment.download}
        </button>
      </div>
    </div>
  )
}
